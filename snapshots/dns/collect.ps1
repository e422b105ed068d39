<#
.SYNOPSIS
Writes a snapshot of kind dns: what a public resolver answers about the mail domains of a tenant.

.DESCRIPTION
Needs no rights at all: it asks only what anybody may ask. It needs Windows (Resolve-DnsName) and, where a firewall stands between, leave to reach the resolver on port 53.

The domains come from exchange-online snapshots (or ScubaGear exports), and from -Domain. Give the earlier snapshot too, so that domains which left the tenant are asked for.

.EXAMPLE
.\collect.ps1 -ExchangeOnline tenant\exchange-online.json, earlier\exchange-online.json -OutFile tenant\dns.json
#>
[CmdletBinding()]
param(
    [string[]] $ExchangeOnline = @(),
    [string[]] $Domain = @(),
    [string] $Tenant = '',
    [string] $Resolver = '1.1.1.1',
    [string] $OutFile = 'dns.json'
)
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$script:errors = New-Object System.Collections.ArrayList
$script:records = New-Object System.Collections.ArrayList
$script:texts = @{}
$script:asked = @{}
$script:found = 0

function Add-CollectorError([string] $Command, [string] $Message) {
    [void] $script:errors.Add([ordered]@{ command = $Command; message = $Message })
}

# The names of the ways in which a question fails; everything else is called ERROR.
function Get-Rcode([System.Exception] $Exception) {
    $number = 0
    if ($Exception -is [System.ComponentModel.Win32Exception]) { $number = $Exception.NativeErrorCode }
    switch ($number) {
        9003 { return 'NXDOMAIN' }
        9501 { return 'NOERROR' }
        9001 { return 'FORMERR' }
        9002 { return 'SERVFAIL' }
        9004 { return 'NOTIMP' }
        9005 { return 'REFUSED' }
        1460 { return 'TIMEOUT' }
        default { return 'ERROR' }
    }
}

function Get-AnswerText($Record, [string] $Type) {
    switch ($Type) {
        'CNAME' { return [string] $Record.NameHost }
        'TXT' { return (@($Record.Strings) -join '') }
        'MX' { return "$($Record.Preference) $($Record.NameExchange)" }
    }
}

# Asks one question, once, and keeps what came back.
function Invoke-Question([string] $Name, [string] $Type) {
    $key = "$Name $Type".ToLowerInvariant()
    if ($script:asked.ContainsKey($key)) { return }
    $script:asked[$key] = $true
    $rcode = 'NOERROR'
    $ttl = $null
    $answers = @()
    try {
        $reply = @(Resolve-DnsName -Name $Name -Type $Type -Server $Resolver -DnsOnly -NoHostsFile -ErrorAction Stop)
        $found = @($reply | Where-Object { "$($_.Section)" -eq 'Answer' -and "$($_.Type)" -eq $Type })
        $answers = @($found | ForEach-Object { Get-AnswerText $_ $Type })
        if ($found.Count -gt 0) { $ttl = [int] $found[0].TTL }
    }
    catch {
        $rcode = Get-Rcode $_.Exception
    }
    if ($Type -eq 'TXT') { $script:texts[$Name.ToLowerInvariant()] = $answers }
    $script:found = $answers.Count
    [void] $script:records.Add([ordered]@{ name = $Name; type = $Type; rcode = $rcode; ttl = $ttl; answers = @($answers) })
}

# Follows the records that an SPF record includes. Names with macros depend on the message and cannot be asked for.
function Invoke-SpfQuestions([string] $Name) {
    $pending = New-Object System.Collections.Queue
    $pending.Enqueue($Name)
    $seen = @{}
    while ($pending.Count -gt 0 -and $seen.Count -lt 50) {
        $current = [string] $pending.Dequeue()
        if ($seen.ContainsKey($current.ToLowerInvariant())) { continue }
        $seen[$current.ToLowerInvariant()] = $true
        Invoke-Question $current 'TXT'
        foreach ($text in @($script:texts[$current.ToLowerInvariant()])) {
            if ("$text" -notmatch '^v=spf1( |$)') { continue }
            foreach ($term in "$text".Split(' ')) {
                if ($term -match '^([+?~-]?include:|redirect=)([^%]+)$') { $pending.Enqueue($Matches[2]) }
            }
        }
    }
}

function Read-Domains([string] $Path) {
    $document = Get-Content -LiteralPath $Path -Raw -Encoding UTF8 | ConvertFrom-Json
    $names = @($document.PSObject.Properties.Name)
    $data = $document
    if ($names -contains 'data') {
        $data = $document.data
        if ($Tenant -eq '' -and $names -contains 'source' -and @($document.source.PSObject.Properties.Name) -contains 'tenant') {
            $script:Tenant = [string] $document.source.tenant
        }
    }
    foreach ($section in 'AcceptedDomain', 'Get-AcceptedDomain', 'accepted_domains') {
        if (@($data.PSObject.Properties.Name) -contains $section) { return @($data.$section | ForEach-Object { [string] $_.DomainName }) }
    }
    throw "$Path holds no accepted domains"
}

$domains = @($Domain)
foreach ($path in $ExchangeOnline) {
    try { $domains += @(Read-Domains $path) }
    catch { Add-CollectorError "Read-Domains $path" "$_" }
}
if (@(Get-Command Resolve-DnsName -ErrorAction SilentlyContinue).Count -eq 0) {
    throw 'Resolve-DnsName is not there: run this on Windows, or use collect.sh'
}

$queriedAt = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
foreach ($name in @($domains | Where-Object { $_ } | ForEach-Object { $_.TrimEnd('.').ToLowerInvariant() } | Sort-Object -Unique)) {
    try {
        foreach ($selector in 'selector1', 'selector2') {
            Invoke-Question "$selector._domainkey.$name" 'CNAME'
            # Where there is no such record, what was published in its place says why.
            if ($script:found -eq 0) { Invoke-Question "$selector._domainkey.$name" 'TXT' }
        }
        Invoke-Question $name 'MX'
        Invoke-SpfQuestions $name
        # The domain and all above it, down to two labels: the organisation's domain speaks for its subdomains.
        $labels = @($name.Split('.'))
        for ($first = 0; $first -lt $labels.Count - 1; $first++) {
            $above = $labels[$first..($labels.Count - 1)] -join '.'
            Invoke-Question "_dmarc.$above" 'TXT'
        }
    }
    catch { Add-CollectorError "Resolve-DnsName $name" "$_" }
}

$source = [ordered]@{}
if ($Tenant -ne '') { $source['tenant'] = $Tenant }
$envelope = [ordered]@{
    assizeSnapshot = 1
    kind           = 'dns'
    source         = $source
    collectedAt    = [DateTime]::UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
    collector      = [ordered]@{ name = 'snapshots/dns/collect.ps1'; version = '1.0.0'; psVersion = "$($PSVersionTable.PSVersion)" }
    errors         = @($script:errors)
    data           = [ordered]@{ resolver = $Resolver; queriedAt = $queriedAt; records = @($script:records) }
}
$json = ConvertTo-Json -InputObject $envelope -Depth 8
$path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile)
[System.IO.File]::WriteAllText($path, $json, (New-Object System.Text.UTF8Encoding $false))
Write-Output "$path : $($script:records.Count) questions, $($script:errors.Count) errors"
