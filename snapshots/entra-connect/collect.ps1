<#
.SYNOPSIS
    Writes a snapshot of Microsoft Entra Connect Sync for assize: of one server, or of what the tenant says.
.DESCRIPTION
    Reads, and changes nothing. On a server it needs a local administrator, because the module ADSync opens the database of the product, and
    Windows PowerShell 5.1. With -TenantOnly it needs the module Microsoft.Graph.Authentication and the permissions Organization.Read.All,
    OnPremDirectorySynchronization.Read.All, User.Read.All, GroupMember.Read.All and RoleManagement.Read.Directory.
    With -PendingExport, csexport.exe writes a temporary file, which is deleted afterwards.

    On each server: .\collect.ps1 -Tenant contoso.onmicrosoft.com -Path aadc01.json
    Then, anywhere: .\collect.ps1 -Tenant contoso.onmicrosoft.com -TenantOnly -AdminAccount aadc-setup@contoso.onmicrosoft.com -Merge aadc01.json, aadc02.json
.PARAMETER Tenant
    Name of the tenant; it tells which snapshots belong together.
.PARAMETER Path
    The file to write.
.PARAMETER TenantOnly
    Ask Microsoft Graph, and no server.
.PARAMETER Merge
    Files of servers to take into this snapshot, so that one file holds all.
.PARAMETER AdminAccount
    Accounts of the tenant that the wizard is run with; for -TenantOnly.
.PARAMETER PendingExport
    Count what waits for export, which takes minutes in large directories.
.PARAMETER ProxyIdleTimeoutSeconds
    Seconds after which the proxy ends an idle connection, as its administrators say.
#>
param(
    [Parameter(Mandatory = $true)] [string] $Tenant,
    [string] $Path = 'entra-connect.json',
    [switch] $TenantOnly,
    [string[]] $Merge = @(),
    [string[]] $AdminAccount = @(),
    [switch] $PendingExport,
    [int] $ProxyIdleTimeoutSeconds = 0
)
$ErrorActionPreference = 'Stop'
$failed = New-Object System.Collections.ArrayList

# Adds what a command gives. What fails is left out and noted, so that nobody takes it for empty.
function Add-Answer($Target, [string] $Name, [string] $Command, [scriptblock] $Read) {
    try { $Target[$Name] = & $Read }
    catch { [void] $failed.Add([ordered]@{ command = $Command; message = $_.Exception.Message }) }
}

# A time in UTC as text. The cmdlets of ADSync give times in UTC that do not say so.
function ConvertTo-UtcText($Time) {
    if ($null -eq $Time) { return $null }
    if ($Time.Kind -eq [DateTimeKind]::Local) { $Time = $Time.ToUniversalTime() }
    return $Time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# The named properties of an object, with time spans and enumerations as text.
function Select-Plain($InputObject, [string[]] $Property) {
    if ($null -eq $InputObject) { return $null }
    $plain = [ordered]@{}
    foreach ($name in $Property) {
        $found = $InputObject.PSObject.Properties[$name]
        if ($null -eq $found) { continue }
        $value = $found.Value
        if ($value -is [DateTime]) { $value = ConvertTo-UtcText $value }
        elseif ($value -is [TimeSpan] -or $value -is [Enum]) { $value = $value.ToString() }
        $plain[$name] = $value
    }
    return $plain
}

# A value of the registry; null where it does not exist.
function Get-RegistryValue([string] $Key, [string] $Name) {
    $found = Get-Item -LiteralPath $Key -ErrorAction SilentlyContinue
    if ($null -eq $found) { return $null }
    return $found.GetValue($Name, $null)
}

function Get-InstalledProduct {
    $pattern = '^Microsoft (Azure AD|Azure Active Directory|Entra) Connect( Sync)?$'
    $programs = @(Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' |
        Where-Object { $_.PSObject.Properties['DisplayName'] -and $_.DisplayName -match $pattern })
    if ($programs.Count -eq 0) { throw 'Microsoft Entra Connect Sync is not in the list of installed programs.' }
    return $programs[0]
}

function Get-DefaultProxy {
    $path = Join-Path $env:windir 'Microsoft.NET\Framework64\v4.0.30319\Config\machine.config'
    [xml] $config = Get-Content -LiteralPath $path -Raw
    $default = $config.SelectSingleNode("/*[local-name()='configuration']/*[local-name()='system.net']/*[local-name()='defaultProxy']")
    if ($null -eq $default) { return $null }
    $settings = [ordered]@{}
    foreach ($attribute in $default.Attributes) { $settings[$attribute.Name] = $attribute.Value }
    $proxy = $default.SelectSingleNode("*[local-name()='proxy']")
    if ($null -ne $proxy) { foreach ($attribute in $proxy.Attributes) { $settings[$attribute.Name] = $attribute.Value } }
    return $settings
}

# The proxy of WinHTTP from its registry value, because the output of netsh is translated.
function Get-WinHttpProxy {
    $bytes = Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\Connections' 'WinHttpSettings'
    # Bytes 8 to 11 are flags, of which 2 is a named proxy; bytes 12 to 15 are the length of its name.
    if ($null -eq $bytes -or $bytes.Length -lt 16 -or ($bytes[8] -band 2) -eq 0) { return $null }
    $length = [BitConverter]::ToInt32($bytes, 12)
    if ($length -le 0 -or 16 + $length -gt $bytes.Length) { return $null }
    return [Text.Encoding]::ASCII.GetString($bytes, 16, $length)
}

function Get-WinInetProxy {
    $path = 'HKCU:\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings'
    if ((Get-RegistryValue $path 'ProxyEnable') -ne 1) { return $null }
    return Get-RegistryValue $path 'ProxyServer'
}

function Get-TlsSetting {
    $dotnet64 = 'HKLM:\SOFTWARE\Microsoft\.NETFramework\v4.0.30319'
    $dotnet32 = 'HKLM:\SOFTWARE\WOW6432Node\Microsoft\.NETFramework\v4.0.30319'
    $client = 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Client'
    return [ordered]@{
        SchUseStrongCrypto64         = Get-RegistryValue $dotnet64 'SchUseStrongCrypto'
        SchUseStrongCrypto32         = Get-RegistryValue $dotnet32 'SchUseStrongCrypto'
        SystemDefaultTlsVersions64   = Get-RegistryValue $dotnet64 'SystemDefaultTlsVersions'
        SystemDefaultTlsVersions32   = Get-RegistryValue $dotnet32 'SystemDefaultTlsVersions'
        Tls12ClientEnabled           = Get-RegistryValue $client 'Enabled'
        Tls12ClientDisabledByDefault = Get-RegistryValue $client 'DisabledByDefault'
    }
}

function Get-DatabaseSetting {
    $path = 'HKLM:\SYSTEM\CurrentControlSet\Services\ADSync\Parameters'
    $server = Get-RegistryValue $path 'Server'
    $instance = Get-RegistryValue $path 'SQLInstance'
    if ("$server$instance" -notmatch 'localdb') { return [ordered]@{ Kind = 'SQL Server'; SizeMB = $null } }
    $size = $null
    $file = @(Get-ChildItem -Path "$env:ProgramFiles\Microsoft Azure AD Sync\Data\ADSync*.mdf" -ErrorAction SilentlyContinue)
    if ($file.Count -gt 0) { $size = [int] ($file[0].Length / 1MB) }
    return [ordered]@{ Kind = 'LocalDB'; SizeMB = $size }
}

function Get-DefenderExclusion {
    $preference = Get-MpPreference
    return [ordered]@{ product = 'Microsoft Defender'; ExclusionPath = @($preference.ExclusionPath | Where-Object { $_ }) }
}

# Counts what waits for export by the operation of each object.
function Get-PendingExport([string] $Connector) {
    $file = Join-Path $env:TEMP ('assize-' + [Guid]::NewGuid().ToString('N') + '.xml')
    try {
        $tool = Join-Path $env:ProgramFiles 'Microsoft Azure AD Sync\Bin\csexport.exe'
        # What the tool writes to its error stream is no reason to stop; its exit code is.
        $ErrorActionPreference = 'Continue'
        $output = & $tool $Connector $file '/f:x' 2>&1
        $ErrorActionPreference = 'Stop'
        if ($LASTEXITCODE -ne 0) { throw "csexport.exe ended with $LASTEXITCODE`: $output" }
        $counts = [ordered]@{ Add = 0; Update = 0; Delete = 0 }
        $reader = [Xml.XmlReader]::Create($file)
        try {
            $isPending = $false
            while ($reader.Read()) {
                if ($reader.NodeType -eq 'Element' -and $reader.Name -eq 'cs-object') { $isPending = $false }
                if ($reader.NodeType -eq 'Element' -and $reader.Name -eq 'unapplied-export') { $isPending = $true }
                # Only the first delta below the pending export is the object's own.
                if ($isPending -and $reader.NodeType -eq 'Element' -and $reader.Name -eq 'delta') {
                    $isPending = $false
                    switch ($reader.GetAttribute('operation')) {
                        'add' { $counts['Add']++ }
                        'delete' { $counts['Delete']++ }
                        'none' { }
                        default { $counts['Update']++ }
                    }
                }
            }
        }
        finally { $reader.Dispose() }
        return $counts
    }
    finally { Remove-Item -LiteralPath $file -ErrorAction SilentlyContinue }
}

function Get-ServerSnapshot {
    $server = [ordered]@{ ComputerName = $env:COMPUTERNAME }
    try { Import-Module ADSync }
    catch { [void] $failed.Add([ordered]@{ command = 'Import-Module ADSync'; message = $_.Exception.Message }) }

    Add-Answer $server 'ProductName' 'Get-ItemProperty Uninstall' { (Get-InstalledProduct).DisplayName }
    Add-Answer $server 'ConnectVersion' 'Get-ItemProperty Uninstall' { (Get-InstalledProduct).DisplayVersion }
    Add-Answer $server 'OS' 'Get-CimInstance Win32_OperatingSystem' { (Get-CimInstance Win32_OperatingSystem).Caption }
    Add-Answer $server 'InstallationType' 'Get-Item CurrentVersion' { Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion' 'InstallationType' }
    Add-Answer $server 'IsDomainController' 'Get-CimInstance Win32_ComputerSystem' { (Get-CimInstance Win32_ComputerSystem).DomainRole -ge 4 }
    Add-Answer $server 'DotNetRelease' 'Get-Item NDP' { Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full' 'Release' }
    Add-Answer $server 'Database' 'Get-Item ADSync' { Get-DatabaseSetting }
    Add-Answer $server 'Scheduler' 'Get-ADSyncScheduler' {
        Select-Plain (Get-ADSyncScheduler) @('AllowedSyncCycleInterval', 'CurrentlyEffectiveSyncCycleInterval', 'CustomizedSyncCycleInterval',
            'NextSyncCyclePolicyType', 'NextSyncCycleStartTimeInUTC', 'PurgeRunHistoryInterval', 'SyncCycleEnabled', 'MaintenanceEnabled',
            'StagingModeEnabled', 'SchedulerSuspended', 'SyncCycleInProgress')
    }
    $server['UtcNow'] = ConvertTo-UtcText ([DateTime]::UtcNow)
    Add-Answer $server 'AutoUpgrade' 'Get-ADSyncAutoUpgrade' {
        Select-Plain (Get-ADSyncAutoUpgrade -Detail) @('AutoUpgradeState', 'SuspensionReason', 'State', 'Reason')
    }
    Add-Answer $server 'ExportDeletionThreshold' 'Get-ADSyncExportDeletionThreshold' {
        Select-Plain (Get-ADSyncExportDeletionThreshold) @('DeletionPrevention', 'ThresholdCount', 'ThresholdPercentage')
    }
    Add-Answer $server 'EntraConnectorCredential' 'Get-ADSyncEntraConnectorCredential' {
        Select-Plain (Get-ADSyncEntraConnectorCredential) @('ConnectorIdentityType')
    }
    Add-Answer $server 'Connector' 'Get-ADSyncConnector' { , @(Get-ADSyncConnector | ForEach-Object { Select-Plain $_ @('Name', 'Type', 'Version') }) }
    Add-Answer $server 'RunProfileResult' 'Get-ADSyncRunProfileResult' {
        , @(Get-ADSyncRunProfileResult -NumberRequested 500 |
            ForEach-Object { Select-Plain $_ @('ConnectorName', 'RunProfileName', 'RunNumber', 'Result', 'StartDate', 'EndDate') })
    }
    if ($PendingExport -and $server.Contains('Connector')) {
        $pending = [ordered]@{}
        foreach ($connector in $server['Connector']) {
            Add-Answer $pending $connector['Name'] "Get-PendingExport $($connector['Name'])" { Get-PendingExport $connector['Name'] }
        }
        $server['PendingExport'] = $pending
    }
    Add-Answer $server 'Proxy' 'Get-Content machine.config' {
        $proxy = [ordered]@{ machineConfigDefaultProxy = Get-DefaultProxy; winhttp = Get-WinHttpProxy; winInet = Get-WinInetProxy }
        if ($ProxyIdleTimeoutSeconds -gt 0) { $proxy['idleTimeoutSeconds'] = $ProxyIdleTimeoutSeconds }
        $proxy
    }
    Add-Answer $server 'Tls' 'Get-Item SCHANNEL' { Get-TlsSetting }
    Add-Answer $server 'Service' 'Get-CimInstance Win32_Service' {
        Select-Plain (Get-CimInstance Win32_Service -Filter "Name = 'ADSync'") @('Name', 'StartName', 'State')
    }
    Add-Answer $server 'AntivirusExclusions' 'Get-MpPreference' { Get-DefenderExclusion }
    return $server
}

function Get-Graph([string] $Uri, [hashtable] $Headers) {
    if ($null -eq $Headers) { $Headers = @{} }
    return Invoke-MgGraphRequest -Method GET -Uri "https://graph.microsoft.com/v1.0/$Uri" -Headers $Headers -OutputType HashTable
}

# Graph gives times as text or as .NET times, by the version of the module.
function ConvertTo-GraphTime($Value) {
    if ($Value -is [DateTime]) { return ConvertTo-UtcText $Value }
    return $Value
}

function Get-AdminAccount([string] $Name) {
    $fields = 'userPrincipalName,onPremisesSyncEnabled,createdDateTime,lastPasswordChangeDateTime,passwordProfile'
    $user = Get-Graph "users/$Name`?`$select=$fields"
    $roles = Get-Graph "users/$Name/memberOf/microsoft.graph.directoryRole?`$select=displayName"
    $account = [ordered]@{
        userPrincipalName          = $user['userPrincipalName']
        roles                      = @($roles['value'] | ForEach-Object { $_['displayName'] })
        onPremisesSyncEnabled      = $user['onPremisesSyncEnabled']
        createdDateTime            = ConvertTo-GraphTime $user['createdDateTime']
        lastPasswordChangeDateTime = ConvertTo-GraphTime $user['lastPasswordChangeDateTime']
    }
    if ($null -ne $user['passwordProfile']) {
        $account['passwordProfile'] = [ordered]@{ forceChangePasswordNextSignIn = $user['passwordProfile']['forceChangePasswordNextSignIn'] }
    }
    return $account
}

function Get-SynchronizedObject {
    $count = @{}
    foreach ($type in 'users', 'groups') {
        $answer = Get-Graph "$type`?`$filter=onPremisesSyncEnabled eq true&`$count=true&`$top=1&`$select=id" @{ ConsistencyLevel = 'eventual' }
        $count[$type] = [int] $answer['@odata.count']
    }
    return [ordered]@{ total = $count['users'] + $count['groups']; users = $count['users']; groups = $count['groups'] }
}

function Get-TenantSnapshot {
    $data = [ordered]@{}
    try {
        Connect-MgGraph -TenantId $Tenant -NoWelcome -Scopes 'Organization.Read.All', 'OnPremDirectorySynchronization.Read.All', 'User.Read.All',
            'GroupMember.Read.All', 'RoleManagement.Read.Directory' | Out-Null
    }
    catch { [void] $failed.Add([ordered]@{ command = 'Connect-MgGraph'; message = $_.Exception.Message }) }

    Add-Answer $data 'organization' 'Get-MgOrganization' {
        $fields = 'id,displayName,onPremisesSyncEnabled,onPremisesLastSyncDateTime,onPremisesLastPasswordSyncDateTime'
        , @((Get-Graph "organization?`$select=$fields")['value'] | ForEach-Object {
            [ordered]@{
                id                                 = $_['id']
                displayName                        = $_['displayName']
                onPremisesSyncEnabled              = $_['onPremisesSyncEnabled']
                onPremisesLastSyncDateTime         = ConvertTo-GraphTime $_['onPremisesLastSyncDateTime']
                onPremisesLastPasswordSyncDateTime = ConvertTo-GraphTime $_['onPremisesLastPasswordSyncDateTime']
            }
        })
    }
    Add-Answer $data 'onPremisesSynchronization' 'Get-MgDirectoryOnPremiseSynchronization' { , @((Get-Graph 'directory/onPremisesSynchronization')['value']) }
    if ($AdminAccount.Count -gt 0) {
        $accounts = [ordered]@{}
        foreach ($name in $AdminAccount) { Add-Answer $accounts $name "Get-MgUser $name" { Get-AdminAccount $name } }
        $data['adminAccounts'] = @($accounts.Values)
    }
    Add-Answer $data 'synchronizedObjects' 'Get-MgUserCount' { Get-SynchronizedObject }
    return $data
}

$collectedAt = ConvertTo-UtcText ([DateTime]::UtcNow)
$servers = New-Object System.Collections.ArrayList
foreach ($file in $Merge) {
    $other = Get-Content -LiteralPath $file -Raw -Encoding UTF8 | ConvertFrom-Json
    foreach ($server in @($other.data.servers)) { [void] $servers.Add($server) }
    foreach ($failure in @($other.errors | Where-Object { $_ })) { [void] $failed.Add($failure) }
}
if ($TenantOnly) { $data = Get-TenantSnapshot } else { $data = [ordered]@{}; [void] $servers.Add((Get-ServerSnapshot)) }
if ($servers.Count -gt 0) { $data['servers'] = @($servers) }
$envelope = [ordered]@{
    assizeSnapshot = 1
    kind           = 'entra-connect'
    source         = [ordered]@{ tenant = $Tenant; host = $env:COMPUTERNAME }
    collectedAt    = $collectedAt
    collector      = [ordered]@{ name = 'collect-entra-connect'; version = '1.0.0'; psVersion = $PSVersionTable.PSVersion.ToString() }
    errors         = @($failed)
    data           = $data
}
$json = ConvertTo-Json -InputObject $envelope -Depth 10
[IO.File]::WriteAllText($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path), $json, (New-Object Text.UTF8Encoding($false)))
Write-Output "$Path written, $($failed.Count) commands failed"
