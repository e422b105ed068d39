#!/usr/bin/env bash
# Writes the virtual machines of a subscription, its scale sets and their instances, and their network, as one snapshot.
#
# Usage:  collect.sh [SUBSCRIPTION] > machines.json              without SUBSCRIPTION: the one that `az account show` names
# Needs:  bash, jq, Azure CLI 2.46 or later, signed in with `az login`
# Rights: the role Reader on the subscription, or read on Microsoft.Compute/virtualMachines (with instanceView),
#         Microsoft.Compute/virtualMachineScaleSets (with virtualMachines) and, in Microsoft.Network, networkInterfaces,
#         publicIPAddresses, networkSecurityGroups and virtualNetworks. It only reads.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
echo '[]' > "$folder/errors.json"

# The first word is the section that is missing; with more words a part of it is.
record_error() { # SECTION MESSAGE
    jq --arg command "$1" --arg message "$2" '. + [{command: $command, message: $message}]' "$folder/errors.json" > "$folder/errors.new"
    mv "$folder/errors.new" "$folder/errors.json"
}

# Runs a command of az and keeps its answer in FILE. If it fails, FILE holds null, and the error goes into the snapshot.
ask() { # FILE SECTION COMMAND...
    local file=$1 section=$2
    shift 2
    if az "$@" --output json > "$file" 2> "$folder/message" && jq empty "$file" 2>> "$folder/message"; then
        return
    fi
    echo 'null' > "$file"
    record_error "$section" "az $*: $(head -c 2000 "$folder/message")"
}

if ! account=$(az account show ${1:+--subscription "$1"} --output json); then
    echo "collect.sh: no subscription; sign in with: az login" >&2
    exit 1
fi
subscription=$(jq -r .id <<< "$account")
tenant=$(jq -r .tenantId <<< "$account")
version=$(az version --output json | jq -r '."azure-cli"')
collected_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)

ask "$folder/VirtualMachine.json" VirtualMachine vm list --subscription "$subscription" --show-details
ask "$folder/ScaleSet.json" ScaleSet vmss list --subscription "$subscription"
ask "$folder/NetworkInterface.json" NetworkInterface network nic list --subscription "$subscription"
ask "$folder/NetworkSecurityGroup.json" NetworkSecurityGroup network nsg list --subscription "$subscription"
ask "$folder/VirtualNetwork.json" VirtualNetwork network vnet list --subscription "$subscription"

# The instances of flexible scale sets are virtual machines, and in the first list. Without the list of scale sets nothing is
# known of their instances either.
jq 'if . == null then null else [] end' "$folder/ScaleSet.json" > "$folder/ScaleSetInstance.json"
while IFS=$'\t' read -r group name; do
    ask "$folder/instances.json" "ScaleSetInstance $name" vmss list-instances --subscription "$subscription" \
        --resource-group "$group" --name "$name" --expand instanceView
    jq --slurpfile instances "$folder/instances.json" '. + ($instances[0] // [])' "$folder/ScaleSetInstance.json" > "$folder/instances.new"
    mv "$folder/instances.new" "$folder/ScaleSetInstance.json"
done < <(jq -r '.[]? | select((.orchestrationMode // "Uniform") == "Uniform") | [.resourceGroup, .name] | @tsv' "$folder/ScaleSet.json")

# The settings of the guests hold secrets and scripts, which nothing here needs.
jq -n \
    --arg tenant "$tenant" --arg subscription "$subscription" --arg at "$collected_at" --arg version "$version" \
    --slurpfile errors "$folder/errors.json" --slurpfile machines "$folder/VirtualMachine.json" \
    --slurpfile sets "$folder/ScaleSet.json" --slurpfile instances "$folder/ScaleSetInstance.json" \
    --slurpfile interfaces "$folder/NetworkInterface.json" --slurpfile groups "$folder/NetworkSecurityGroup.json" \
    --slurpfile networks "$folder/VirtualNetwork.json" '
    def without_secrets: if . == null then null else map(
        del(.resources, .userData, .virtualMachineProfile, .storageProfile, .diagnosticsProfile)
        | if .osProfile then .osProfile |= {computerName} else . end) end;
    {
        assizeSnapshot: 1, kind: "azure-vm-inventory", source: {tenant: $tenant, subscription: $subscription}, collectedAt: $at,
        collector: {name: "collect.sh", version: "1.0.0", azureCli: $version}, errors: $errors[0],
        data: ({
            VirtualMachine: ($machines[0] | without_secrets), ScaleSet: ($sets[0] | without_secrets), ScaleSetInstance: ($instances[0] | without_secrets),
            NetworkInterface: $interfaces[0], NetworkSecurityGroup: $groups[0], VirtualNetwork: $networks[0]
        } | with_entries(select(.value != null)))
    }'
