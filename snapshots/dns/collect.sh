#!/usr/bin/env bash
# Writes a snapshot of kind dns: what a public resolver answers about the mail domains of a tenant.
#
# Needs no rights at all: it asks only what anybody may ask. It needs dig and jq, and leave to reach the resolver on port 53.
#
# usage: collect.sh [-r RESOLVER] [-t TENANT] [-d DOMAIN]... [-o FILE] [SNAPSHOT.json]...
#
# The domains come from exchange-online snapshots (or ScubaGear exports), and from -d. Give the earlier snapshot too, so that domains
# which left the tenant are asked for.
set -euo pipefail

resolver=1.1.1.1
tenant=
output=dns.json
domains=()
while getopts r:t:d:o: option; do
    case $option in
        r) resolver=$OPTARG ;;
        t) tenant=$OPTARG ;;
        d) domains+=("$OPTARG") ;;
        o) output=$OPTARG ;;
        *) sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 2 ;;
    esac
done
shift $((OPTIND - 1))
for tool in dig jq; do
    command -v "$tool" > /dev/null || { echo "$tool is not installed" >&2; exit 2; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
: > "$work/records"
: > "$work/errors"
: > "$work/asked"

note_error() { # command, message
    jq -cn --arg command "$1" --arg message "$2" '{command: $command, message: $message}' >> "$work/errors"
}

# Asks one question, once, and keeps what came back. The answers of the asked type are left in $work/answers.
ask() { # name, type
    local name=$1 type=$2 rcode ttl
    : > "$work/answers"
    if grep -qxF "$name $type" "$work/asked"; then
        jq -r --arg name "$name" --arg type "$type" 'select(.name == $name and .type == $type) | .answers[]' "$work/records" > "$work/answers"
        return
    fi
    echo "$name $type" >> "$work/asked"
    if dig "@$resolver" +noall +comments +answer +tries=2 +time=5 -q "$name" -t "$type" > "$work/reply" 2>&1; then
        rcode=$(sed -n 's/.*status: \([A-Z]*\),.*/\1/p' "$work/reply" | head -n 1)
    else
        rcode=TIMEOUT
    fi
    # A line of an answer is: owner, ttl, class, type, data. Comments begin with a semicolon.
    local before="^[^;[:space:]]+[[:space:]]+([0-9]+)[[:space:]]+IN[[:space:]]+${type}[[:space:]]+"
    sed -nE "s/$before//p" "$work/reply" > "$work/answers"
    ttl=$(sed -nE "s/$before.*/\\1/p" "$work/reply" | head -n 1)
    jq -cn --arg name "$name" --arg type "$type" --arg rcode "${rcode:-ERROR}" --arg ttl "$ttl" --rawfile answers "$work/answers" \
        '{name: $name, type: $type, rcode: $rcode, ttl: ($ttl | if . == "" then null else tonumber end), answers: ($answers | split("\n") | map(select(. != "")))}' \
        >> "$work/records"
}

# Follows the records that an SPF record includes. Names with macros depend on the message and cannot be asked for.
ask_spf() { # name
    local pending=("$1") seen=" " name
    while [ ${#pending[@]} -gt 0 ]; do
        name=${pending[0]}
        pending=("${pending[@]:1}")
        case $seen in *" $name "*) continue ;; esac
        seen="$seen$name "
        ask "$name" TXT
        while read -r sender; do pending+=("$sender"); done < <(
            sed 's/" "//g; s/"//g' "$work/answers" | tr '[:upper:]' '[:lower:]' | grep -E '^v=spf1( |$)' | tr ' ' '\n' |
                sed -n 's/^[+?~-]\{0,1\}include:\([^%]*\)$/\1/p; s/^redirect=\([^%]*\)$/\1/p'
        )
    done
}

# The domain and all above it, down to two labels: the organisation's domain speaks for its subdomains.
ask_dmarc() { # name
    local above=$1
    while [[ $above == *.* ]]; do
        ask "_dmarc.$above" TXT
        above=${above#*.}
    done
}

for file in "$@"; do
    if names=$(jq -er '(.data? // .) | (.AcceptedDomain? // ."Get-AcceptedDomain"? // .accepted_domains?) | if type == "array" then .[] else . end | .DomainName' "$file" 2> "$work/message"); then
        while read -r name; do domains+=("$name"); done <<< "$names"
        [ -n "$tenant" ] || tenant=$(jq -r '.source?.tenant? // empty' "$file")
    else
        note_error "read $file" "$(cat "$work/message")"
    fi
done

if [ ${#domains[@]} -eq 0 ]; then
    echo "no domain was given, and no snapshot has any" >&2
    exit 2
fi
queried_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
while read -r domain; do
    [ -n "$domain" ] || continue
    for selector in selector1 selector2; do
        ask "$selector._domainkey.$domain" CNAME
        # Where there is no such record, what was published in its place says why.
        [ -s "$work/answers" ] || ask "$selector._domainkey.$domain" TXT
    done
    ask "$domain" MX
    ask_spf "$domain"
    ask_dmarc "$domain"
done < <(printf '%s\n' "${domains[@]}" | tr '[:upper:]' '[:lower:]' | sed 's/\.$//' | sort -u)

jq -n --arg resolver "$resolver" --arg queried "$queried_at" --arg now "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --arg tenant "$tenant" \
    --slurpfile records "$work/records" --slurpfile errors "$work/errors" \
    '{assizeSnapshot: 1, kind: "dns", source: (if $tenant == "" then {} else {tenant: $tenant} end), collectedAt: $now,
      collector: {name: "snapshots/dns/collect.sh", version: "1.0.0"}, errors: $errors,
      data: {resolver: $resolver, queriedAt: $queried, records: $records}}' > "$work/snapshot"
mv "$work/snapshot" "$output"
echo "$output: $(wc -l < "$work/records") questions, $(wc -l < "$work/errors") errors"
