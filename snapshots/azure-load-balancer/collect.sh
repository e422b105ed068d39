#!/usr/bin/env bash
# Writes the load balancers of a subscription, their public addresses and how their members answered their probes, as one snapshot.
#
# Usage:  collect.sh [SUBSCRIPTION] > load-balancers.json        without SUBSCRIPTION: the one that `az account show` names
# Needs:  bash, jq, Azure CLI 2.46 or later, signed in with `az login`
# Rights: the role Reader on the subscription, or Microsoft.Network/loadBalancers/read, Microsoft.Network/publicIPAddresses/read
#         and Microsoft.Insights/metrics/read. It only reads.
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

ask "$folder/balancers.json" LoadBalancer network lb list --subscription "$subscription"
ask "$folder/addresses.json" PublicIPAddress network public-ip list --subscription "$subscription"

# The metric exists for the Standard SKU only. Without the list of load balancers nothing is known of their members either.
jq 'if . == null then null else [] end' "$folder/balancers.json" > "$folder/health.json"
while IFS= read -r id; do
    ask "$folder/metric.json" "MemberHealth $id" monitor metrics list --subscription "$subscription" --resource "$id" \
        --metric DipAvailability --aggregation Average --interval PT5M --offset 1h --dimension BackendIPAddress BackendPort
    jq --arg id "$id" --slurpfile metric "$folder/metric.json" '
        def dimension($name): [.metadatavalues[] | select(.name.value | ascii_downcase == $name) | .value][0];
        . + [
            ($metric[0].value // [])[].timeseries[]
            | ([.data[].average | select(. != null)]) as $averages
            | {
                loadBalancer: $id, address: dimension("backendipaddress"), port: (dimension("backendport") | tonumber? // null),
                average: (if $averages == [] then null else ($averages | add / length) end),
                from: .data[0].timeStamp, to: .data[-1].timeStamp
            }
            | select(.address != null)
        ]' "$folder/health.json" > "$folder/health.new"
    mv "$folder/health.new" "$folder/health.json"
done < <(jq -r '.[]? | select((.sku.name // "") == "Standard" and (.loadBalancingRules // []) != []) | .id' "$folder/balancers.json")

jq -n \
    --arg tenant "$tenant" --arg subscription "$subscription" --arg at "$collected_at" --arg version "$version" \
    --slurpfile errors "$folder/errors.json" --slurpfile balancers "$folder/balancers.json" \
    --slurpfile addresses "$folder/addresses.json" --slurpfile health "$folder/health.json" '
    {
        assizeSnapshot: 1, kind: "azure-load-balancer", source: {tenant: $tenant, subscription: $subscription}, collectedAt: $at,
        collector: {name: "collect.sh", version: "1.0.0", azureCli: $version}, errors: $errors[0],
        data: ({LoadBalancer: $balancers[0], PublicIPAddress: $addresses[0], MemberHealth: $health[0]} | with_entries(select(.value != null)))
    }'
