<#
.SYNOPSIS
    Writes a snapshot of kind `exchange-online`. Reads only; changes nothing.

.DESCRIPTION
    Run Connect-ExchangeOnline (module ExchangeOnlineManagement 3.0 or later) first. Works in Windows PowerShell 5.1 and PowerShell 7.

    Rights: the Microsoft Entra role Global Reader, or the role groups View-Only Organization Management and Security Reader.
    Without a person at the keyboard: an application with the permission Exchange.ManageAsApp and the role Global Reader.

    A command that fails is recorded in `errors`, and its section is left out. One that fails for single mailboxes is recorded with the mailbox.

.PARAMETER Path
    The file to write.

.PARAMETER SkipMailboxes
    Leaves out the sections with one row for each mailbox, which take about a second each.

.PARAMETER MailboxFilter
    Limits those sections, such as "CustomAttribute1 -eq 'Sales'". A snapshot of some mailboxes says nothing of the others.

.PARAMETER OrganisationFile
    A JSON file with what only the organisation knows: criticalSenders, bclWindow, presetRecipients. It becomes the section `organisation`.

.PARAMETER AuditLogDays
    Days of the unified audit log to collect (operation MailItemsAccessed, at most 5000 records). 0 collects none.

.EXAMPLE
    Connect-ExchangeOnline
    .\collect.ps1 -Path contoso\exchange-online.json -OrganisationFile contoso\organisation.json
#>
[CmdletBinding()]
param(
    [string]$Path = 'exchange-online.json',
    [switch]$SkipMailboxes,
    [string]$MailboxFilter = '',
    [string]$OrganisationFile = '',
    [int]$AuditLogDays = 0
)

Set-StrictMode -Version 2.0
$started = [DateTime]::UtcNow
$data = [ordered]@{}
$errors = New-Object System.Collections.ArrayList

function Add-CollectorError([string]$Command, [string]$Message) {
    [void]$errors.Add([ordered]@{ command = $Command; message = $Message })
}

# Times in UTC. What else is no number, switch or text becomes a text: enumerations, time spans, versions.
function ConvertTo-PlainScalar($Value) {
    if ($Value -is [DateTime]) {
        # Exchange Online gives UTC, often without saying so.
        if ($Value.Kind -eq [DateTimeKind]::Local) { $Value = $Value.ToUniversalTime() }
        return $Value.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    }
    if ($null -eq $Value -or $Value -is [bool] -or $Value -is [int] -or $Value -is [long] -or $Value -is [double]) { return $Value }
    if ($Value -is [uint16] -or $Value -is [uint32]) { return [long]$Value }
    return "$Value"
}

# Entries of allow lists may be objects around a text.
function ConvertTo-PlainEntry($Value) {
    if ($null -ne $Value -and $Value -isnot [string]) {
        foreach ($inner in 'Domain', 'Address', 'Sender') {
            $property = $Value.PSObject.Properties[$inner]
            if ($null -ne $property -and $null -ne $property.Value) { return ConvertTo-PlainEntry $property.Value }
        }
    }
    return ConvertTo-PlainScalar $Value
}

function ConvertTo-PlainObject($Object, [string[]]$Fields) {
    $plain = [ordered]@{}
    foreach ($field in $Fields) {
        $property = $Object.PSObject.Properties[$field]
        if ($null -eq $property) { continue }
        $value = $property.Value
        if ($value -is [Collections.IEnumerable] -and $value -isnot [string]) {
            $plain[$field] = @($value | ForEach-Object { ConvertTo-PlainEntry $_ })
        }
        else {
            $plain[$field] = ConvertTo-PlainScalar $value
        }
    }
    return $plain
}

# One section: the rows of a command, with the fields of interest. A field that the command does not give stays out.
function Add-Section([string]$Section, [string]$Command, [scriptblock]$Script, [string[]]$Fields) {
    try {
        $rows = @(& $Script)
        $data[$Section] = @($rows | Where-Object { $null -ne $_ } | ForEach-Object { ConvertTo-PlainObject $_ $Fields })
    }
    catch {
        Add-CollectorError $Command "$_"
    }
}

$recipientFields = 'Name', 'Identity', 'State', 'Priority', 'SentTo', 'SentToMemberOf', 'RecipientDomainIs', 'ExceptIfSentTo', 'ExceptIfSentToMemberOf', 'ExceptIfRecipientDomainIs'

Add-Section 'AcceptedDomain' 'Get-AcceptedDomain' { Get-AcceptedDomain -ErrorAction Stop } @(
    'DomainName', 'DomainType', 'Default', 'InitialDomain', 'IsCoexistenceDomain', 'SendingFromDomainDisabled', 'SendingToDomainDisabled', 'OutboundOnly',
    'MatchSubDomains', 'PendingRemoval', 'AuthenticationType', 'WhenChangedUTC')

Add-Section 'DkimSigningConfig' 'Get-DkimSigningConfig' { Get-DkimSigningConfig -ErrorAction Stop } @(
    'Domain', 'Enabled', 'Status', 'IsDefault', 'IsValid', 'Algorithm', 'HeaderCanonicalization', 'BodyCanonicalization', 'NumberOfBytesToSign',
    'Selector1CNAME', 'Selector2CNAME', 'Selector1KeySize', 'Selector2KeySize', 'Selector1PublicKey', 'Selector2PublicKey',
    'SelectorBeforeRotateOnDate', 'SelectorAfterRotateOnDate', 'KeyCreationTime', 'RotateOnDate', 'LastChecked', 'WhenChangedUTC')

Add-Section 'HostedContentFilterPolicy' 'Get-HostedContentFilterPolicy' { Get-HostedContentFilterPolicy -ErrorAction Stop } @(
    'Name', 'Identity', 'IsDefault', 'RecommendedPolicyType', 'BulkThreshold', 'MarkAsSpamBulkMail',
    'BulkSpamAction', 'SpamAction', 'HighConfidenceSpamAction', 'PhishSpamAction', 'HighConfidencePhishAction',
    'BulkQuarantineTag', 'SpamQuarantineTag', 'HighConfidenceSpamQuarantineTag', 'PhishQuarantineTag', 'HighConfidencePhishQuarantineTag',
    'QuarantineRetentionPeriod', 'SpamZapEnabled', 'PhishZapEnabled', 'InlineSafetyTipsEnabled', 'EnableEndUserSpamNotifications',
    'AllowedSenders', 'AllowedSenderDomains', 'BlockedSenders', 'BlockedSenderDomains', 'RedirectToRecipients',
    'IncreaseScoreWithImageLinks', 'IncreaseScoreWithNumericIps', 'IncreaseScoreWithRedirectToOtherPort', 'IncreaseScoreWithBizOrInfoUrls',
    'MarkAsSpamEmptyMessages', 'MarkAsSpamJavaScriptInHtml', 'MarkAsSpamFramesInHtml', 'MarkAsSpamObjectTagsInHtml', 'MarkAsSpamEmbedTagsInHtml',
    'MarkAsSpamFormTagsInHtml', 'MarkAsSpamWebBugsInHtml', 'MarkAsSpamSensitiveWordList', 'MarkAsSpamSpfRecordHardFail',
    'MarkAsSpamFromAddressAuthFail', 'MarkAsSpamNdrBackscatter', 'TestModeAction', 'WhenChangedUTC')

Add-Section 'HostedContentFilterRule' 'Get-HostedContentFilterRule' { Get-HostedContentFilterRule -ErrorAction Stop } ($recipientFields + 'HostedContentFilterPolicy')
Add-Section 'EopProtectionPolicyRule' 'Get-EOPProtectionPolicyRule' { Get-EOPProtectionPolicyRule -ErrorAction Stop } ($recipientFields + 'HostedContentFilterPolicy')
Add-Section 'AtpProtectionPolicyRule' 'Get-ATPProtectionPolicyRule' { Get-ATPProtectionPolicyRule -ErrorAction Stop } ($recipientFields + 'SafeAttachmentPolicy' + 'SafeLinksPolicy')

# The global policy, which holds the frequency of notifications, is not among the others.
Add-Section 'QuarantinePolicy' 'Get-QuarantinePolicy' {
    Get-QuarantinePolicy -ErrorAction Stop
    try { Get-QuarantinePolicy -QuarantinePolicyType GlobalQuarantinePolicy -ErrorAction Stop }
    catch { Add-CollectorError 'Get-QuarantinePolicy -QuarantinePolicyType GlobalQuarantinePolicy' "$_" }
} @('Name', 'ESNEnabled', 'IncludeMessagesFromBlockedSenderAddress', 'EndUserQuarantinePermissions', 'EndUserSpamNotificationFrequency', 'QuarantinePolicyType')

Add-Section 'HostedConnectionFilterPolicy' 'Get-HostedConnectionFilterPolicy' { Get-HostedConnectionFilterPolicy -ErrorAction Stop } @(
    'Name', 'Identity', 'IsDefault', 'IPAllowList', 'IPBlockList', 'EnableSafeList', 'DirectoryBasedEdgeBlockMode')

Add-Section 'HostedOutboundSpamFilterPolicy' 'Get-HostedOutboundSpamFilterPolicy' { Get-HostedOutboundSpamFilterPolicy -ErrorAction Stop } @(
    'Name', 'IsDefault', 'Enabled', 'AutoForwardingMode', 'RecipientLimitExternalPerHour', 'RecipientLimitInternalPerHour', 'RecipientLimitPerDay',
    'ActionWhenThresholdReached', 'NotifyOutboundSpam', 'NotifyOutboundSpamRecipients')

Add-Section 'TransportRule' 'Get-TransportRule' { Get-TransportRule -ResultSize Unlimited -ErrorAction Stop } @(
    'Name', 'Identity', 'State', 'Mode', 'Priority', 'ActivationDate', 'ExpiryDate', 'Comments', 'Conditions', 'Exceptions', 'SetSCL', 'SetHeaderName', 'SetHeaderValue',
    'FromScope', 'SenderAddressLocation', 'From', 'FromMemberOf', 'SenderDomainIs', 'FromAddressContainsWords', 'FromAddressMatchesPatterns',
    'HeaderContainsMessageHeader', 'HeaderContainsWords', 'HeaderMatchesMessageHeader', 'HeaderMatchesPatterns', 'SenderIpRanges')

Add-Section 'InboundConnector' 'Get-InboundConnector' { Get-InboundConnector -ErrorAction Stop } @(
    'Name', 'Enabled', 'ConnectorType', 'SenderIPAddresses', 'SenderDomains', 'TlsSenderCertificateName', 'RequireTls', 'TreatMessagesAsInternal',
    'CloudServicesMailEnabled', 'EFSkipLastIP', 'EFSkipIPs', 'EFUsers', 'EFTestMode')

Add-Section 'TransportConfig' 'Get-TransportConfig' { Get-TransportConfig -ErrorAction Stop } @(
    'Name', 'SmtpClientAuthenticationDisabled', 'MessageExpiration', 'ExternalPostmasterAddress')

Add-Section 'RemoteDomain' 'Get-RemoteDomain' { Get-RemoteDomain -ErrorAction Stop } @('Name', 'DomainName', 'AutoForwardEnabled', 'AutoReplyEnabled', 'AllowedOOFType')

Add-Section 'OrganizationConfig' 'Get-OrganizationConfig' { Get-OrganizationConfig -ErrorAction Stop } @(
    'Name', 'DisplayName', 'AuditDisabled', 'MapiHttpEnabled', 'OAuth2ClientProfileEnabled', 'EwsEnabled', 'CustomerLockboxEnabled', 'DefaultAuthenticationPolicy',
    'SendFromAliasEnabled', 'ActivityBasedAuthenticationTimeoutEnabled', 'ActivityBasedAuthenticationTimeoutInterval')

Add-Section 'AdminAuditLogConfig' 'Get-AdminAuditLogConfig' { Get-AdminAuditLogConfig -ErrorAction Stop } @(
    'Name', 'UnifiedAuditLogIngestionEnabled', 'AdminAuditLogEnabled', 'AdminAuditLogAgeLimit')

# The cmdlet does not say which list an entry is of, so the collector does. Without the senders the section is worth nothing.
function Get-ListItem([string]$ListType, [string]$ListSubType) {
    foreach ($item in @(Get-TenantAllowBlockListItems -ListType $ListType -ListSubType $ListSubType -ErrorAction Stop)) {
        $item | Add-Member -NotePropertyName ListType -NotePropertyValue $ListType -Force
        $item | Add-Member -NotePropertyName ListSubType -NotePropertyValue $ListSubType -Force
        $item
    }
}

Add-Section 'TenantAllowBlockListItems' 'Get-TenantAllowBlockListItems' {
    Get-ListItem 'Sender' 'Tenant'
    foreach ($list in @(@('Url', 'Tenant'), @('FileHash', 'Tenant'), @('IP', 'Tenant'), @('Url', 'AdvancedDelivery'))) {
        try { Get-ListItem $list[0] $list[1] }
        catch { Add-CollectorError "Get-TenantAllowBlockListItems -ListType $($list[0]) -ListSubType $($list[1])" "$_" }
    }
} @('ListType', 'ListSubType', 'Value', 'Action', 'ExpirationDate', 'RemoveAfter', 'LastUsedDate', 'Notes')

if (-not $SkipMailboxes) {
    $mailboxes = $null
    try {
        $arguments = @{ ResultSize = 'Unlimited'; RecipientTypeDetails = @('UserMailbox', 'SharedMailbox'); ErrorAction = 'Stop' }
        if ($MailboxFilter -ne '') { $arguments['Filter'] = $MailboxFilter }
        $mailboxes = @(Get-Mailbox @arguments)
        $data['Mailbox'] = @($mailboxes | ForEach-Object {
                ConvertTo-PlainObject $_ @('UserPrincipalName', 'PrimarySmtpAddress', 'RecipientTypeDetails', 'AuditEnabled', 'AuditLogAgeLimit', 'DefaultAuditSet',
                    'AuditAdmin', 'AuditDelegate', 'AuditOwner', 'ForwardingSmtpAddress')
            })
    }
    catch {
        Add-CollectorError 'Get-Mailbox' "$_"
        Add-CollectorError 'Get-MailboxJunkEmailConfiguration' 'the mailboxes could not be listed'
    }
    if ($null -ne $mailboxes) {
        $junk = New-Object System.Collections.ArrayList
        foreach ($mailbox in $mailboxes) {
            try {
                $settings = Get-MailboxJunkEmailConfiguration -Identity "$($mailbox.Guid)" -ErrorAction Stop
                $row = ConvertTo-PlainObject $settings @('Enabled', 'TrustedListsOnly', 'ContactsTrusted', 'TrustedSendersAndDomains', 'BlockedSendersAndDomains')
                $row['Identity'] = "$($mailbox.UserPrincipalName)"
                $row['PrimarySmtpAddress'] = "$($mailbox.PrimarySmtpAddress)"
                $row['RecipientTypeDetails'] = "$($mailbox.RecipientTypeDetails)"
                [void]$junk.Add($row)
            }
            catch {
                # Also what the command does for a mailbox that nobody has opened yet.
                Add-CollectorError "Get-MailboxJunkEmailConfiguration -Identity $($mailbox.UserPrincipalName)" "$_"
            }
        }
        $data['MailboxJunkEmailConfiguration'] = @($junk)
    }
    Add-Section 'MailboxAuditBypassAssociation' 'Get-MailboxAuditBypassAssociation' {
        Get-MailboxAuditBypassAssociation -ResultSize Unlimited -ErrorAction Stop | Where-Object { $_.AuditBypassEnabled }
    } @('Identity', 'Name', 'AuditBypassEnabled')
}

if ($AuditLogDays -gt 0) {
    try {
        $records = @(Search-UnifiedAuditLog -StartDate $started.AddDays(-$AuditLogDays) -EndDate $started -Operations MailItemsAccessed -ResultSize 5000 -ErrorAction Stop)
        $data['UnifiedAuditLog'] = @($records | ForEach-Object {
                ConvertTo-PlainObject ($_.AuditData | ConvertFrom-Json) @('CreationTime', 'Operation', 'UserId', 'Workload', 'RecordType', 'ClientVersion', 'ClientProcessName', 'ClientInfoString')
            })
        if ($records.Count -ge 5000) { Add-CollectorError 'Search-UnifiedAuditLog -ResultSize 5000' 'there are more records than were collected' }
    }
    catch {
        Add-CollectorError 'Search-UnifiedAuditLog' "$_"
    }
}

if ($OrganisationFile -ne '') {
    try {
        $data['organisation'] = [IO.File]::ReadAllText((Resolve-Path -LiteralPath $OrganisationFile -ErrorAction Stop).ProviderPath) | ConvertFrom-Json
    }
    catch {
        Add-CollectorError 'organisation' "$_"
    }
}

# The initial domain names the tenant.
$tenant = ''
if ($data.Contains('AcceptedDomain')) {
    $initial = @($data['AcceptedDomain'] | Where-Object { $_['InitialDomain'] -eq $true })
    if ($initial.Count -gt 0) { $tenant = $initial[0]['DomainName'] }
}

$snapshot = [ordered]@{
    assizeSnapshot = 1
    kind           = 'exchange-online'
    source         = [ordered]@{}
    collectedAt    = $started.ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    collector      = [ordered]@{ name = 'exchange-online/collect.ps1'; version = '1.0.0'; psVersion = "$($PSVersionTable.PSVersion)" }
    errors         = @($errors)
    data           = $data
}
if ($tenant -ne '') { $snapshot['source']['tenant'] = $tenant }

$target = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
[IO.File]::WriteAllText($target, ($snapshot | ConvertTo-Json -Depth 8), (New-Object Text.UTF8Encoding($false)))
Write-Output "Wrote $target with $($errors.Count) errors"
