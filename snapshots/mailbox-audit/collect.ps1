<#
.SYNOPSIS
Writes how Exchange Online audits mailboxes, and which Outlook the audit log saw, as a snapshot of kind `mailbox-audit`.

.DESCRIPTION
Read-only. Needs the module ExchangeOnlineManagement 3 and a session of Connect-ExchangeOnline; in one of
Connect-IPPSSession the unified audit log always reads as off.
Rights: the role group View-Only Organization Management, and the role View-Only Audit Logs for the records.
An application needs Exchange.ManageAsApp with these roles.

Of the audit log it keeps only records of OUTLOOK.EXE: the last one for each user and build, with the number of the
others, and of that only the client's fields: no subjects, no addresses.

.EXAMPLE
Connect-ExchangeOnline
.\collect.ps1 -Tenant contoso.onmicrosoft.com -OutFile mailbox-audit.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $Tenant,
    [string] $OutFile = 'mailbox-audit.json',
    # Days of the audit log. Each takes some minutes in a large organisation; 0 leaves the log out.
    [ValidateRange(0, 180)] [int] $Days = 7
)
Set-StrictMode -Version 2.0
# What one search can return at most.
$mostRecords = 50000
$failures = New-Object System.Collections.ArrayList
$data = [ordered]@{}

function Add-Section {
    # Runs one command. Its output becomes a section, or what it says when it fails goes to `errors`.
    param([string] $Section, [string] $Command, [scriptblock] $Script)
    try { $data[$Section] = @(& $Script) }
    catch { [void] $failures.Add([ordered]@{ command = $Command; message = "$($_.Exception.Message)" }) }
}

function Select-Field {
    # Some members of an object, in forms that every PowerShell writes alike. A member that is not there stays away.
    param([object] $From, [string[]] $Names, [string[]] $Lists = @())
    $fields = [ordered]@{}
    foreach ($name in $Names) {
        $member = $From.PSObject.Properties[$name]
        if ($null -eq $member) { continue }
        $value = $member.Value
        if ($Lists -contains $name) { $value = @($value | Where-Object { $null -ne $_ } | ForEach-Object { "$_" }) }
        # Exchange and the audit log give UTC, whether a time says so or not.
        elseif ($value -is [datetime] -and $value.Kind -eq 'Local') { $value = $value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ') }
        elseif ($value -is [datetime]) { $value = $value.ToString('yyyy-MM-ddTHH:mm:ssZ') }
        elseif ($null -ne $value -and $value -isnot [bool] -and $value -isnot [int] -and $value -isnot [long]) { $value = "$value" }
        $fields[$name] = $value
    }
    return $fields
}

function Search-Day {
    # The records of Outlook between two times, into `Found`. A search that is cut fails: half a log looks like a good one.
    param([datetime] $From, [datetime] $To, [hashtable] $Found)
    $session = "assize-$([guid]::NewGuid())"
    $count = 0
    do {
        $page = @(Search-UnifiedAuditLog -StartDate $From -EndDate $To -Operations MailItemsAccessed, MailboxLogin `
                -SessionId $session -SessionCommand ReturnLargeSet -ResultSize 5000 -ErrorAction Stop)
        $count += $page.Count
        foreach ($row in $page) {
            $record = $row.AuditData | ConvertFrom-Json
            $process = $record.PSObject.Properties['ClientProcessName']
            if ($null -eq $process -or "$($process.Value)" -ne 'OUTLOOK.EXE') { continue }
            $fields = Select-Field $record @('Id', 'CreationTime', 'Operation', 'RecordType', 'UserId', 'MailboxOwnerUPN', 'Workload',
                'LogonType', 'ClientInfoString', 'ClientProcessName', 'ClientVersion')
            $key = "$($fields['UserId']) $($fields['ClientVersion'])".ToLowerInvariant()
            $fields['Records'] = 1
            if ($Found.ContainsKey($key)) {
                $fields['Records'] = $Found[$key]['Records'] + 1
                # Times are text in one form, so that the later one is the greater one.
                if ([string]::CompareOrdinal($Found[$key]['CreationTime'], $fields['CreationTime']) -gt 0) {
                    $Found[$key]['Records'] = $fields['Records']
                    continue
                }
            }
            $Found[$key] = $fields
        }
    } while ($page.Count -gt 0)
    if ($count -ge $mostRecords) { throw "more than $mostRecords records from $From to ${To}: the search was cut" }
}

Add-Section 'OrganizationConfig' 'Get-OrganizationConfig' {
    Get-OrganizationConfig -ErrorAction Stop |
        ForEach-Object { Select-Field $_ @('Name', 'AuditDisabled', 'OAuth2ClientProfileEnabled', 'ActivityBasedAuthenticationTimeoutInterval', 'WhenChangedUTC') }
}
Add-Section 'AdminAuditLogConfig' 'Get-AdminAuditLogConfig' {
    Get-AdminAuditLogConfig -ErrorAction Stop |
        ForEach-Object { Select-Field $_ @('Name', 'UnifiedAuditLogIngestionEnabled', 'AdminAuditLogEnabled', 'AdminAuditLogAgeLimit', 'UnifiedAuditLogFirstOptInDate') }
}
Add-Section 'Mailbox' 'Get-EXOMailbox' {
    # One call for all mailboxes. Without the property set Audit the audit settings would be missing.
    Get-EXOMailbox -ResultSize Unlimited -PropertySets Minimum, Audit -ErrorAction Stop |
        ForEach-Object {
            Select-Field $_ @('UserPrincipalName', 'PrimarySmtpAddress', 'RecipientTypeDetails', 'AuditEnabled', 'AuditLogAgeLimit',
                'DefaultAuditSet', 'AuditAdmin', 'AuditDelegate', 'AuditOwner') @('DefaultAuditSet', 'AuditAdmin', 'AuditDelegate', 'AuditOwner')
        }
}
Add-Section 'MailboxAuditBypassAssociation' 'Get-MailboxAuditBypassAssociation' {
    # Every account has an entry; only those with a bypass are worth keeping. One without the property stays, to be seen.
    Get-MailboxAuditBypassAssociation -ResultSize Unlimited -ErrorAction Stop |
        Where-Object { $bypass = $_.PSObject.Properties['AuditBypassEnabled']; $null -eq $bypass -or $bypass.Value -ne $false } |
        ForEach-Object { Select-Field $_ @('Identity', 'Name', 'AuditBypassEnabled', 'WhenChangedUTC') }
}
if ($Days -gt 0) {
    Add-Section 'UnifiedAuditLog' 'Search-UnifiedAuditLog' {
        $end = (Get-Date).ToUniversalTime()
        $found = @{}
        for ($day = $Days; $day -gt 0; $day--) { Search-Day $end.AddDays(-$day) $end.AddDays(1 - $day) $found }
        $found.Values | Sort-Object -Property { $_['UserId'] }, { $_['ClientVersion'] }
    }
}

$module = Get-Module -Name ExchangeOnlineManagement | Select-Object -First 1
$snapshot = [ordered]@{
    assizeSnapshot = 1
    kind           = 'mailbox-audit'
    source         = [ordered]@{ tenant = $Tenant }
    collectedAt    = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
    collector      = [ordered]@{
        name      = 'collect-mailbox-audit'
        version   = '1.0.0'
        psVersion = "$($PSVersionTable.PSVersion)"
        modules   = @{ ExchangeOnlineManagement = "$(if ($module) { $module.Version })" }
    }
    errors         = @($failures)
    data           = $data
}
$json = ConvertTo-Json -InputObject $snapshot -Depth 8
# Out-File of Windows PowerShell would write UTF-16 or a byte order mark.
$path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($OutFile)
[System.IO.File]::WriteAllText($path, $json, (New-Object System.Text.UTF8Encoding($false)))
