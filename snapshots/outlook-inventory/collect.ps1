<#
.SYNOPSIS
Writes which Outlook this computer has, and what its users have set, as a snapshot of kind `outlook-inventory`.

.DESCRIPTION
Read-only. Run it on each computer, best as SYSTEM from Intune, Configuration Manager or a start-up script: SYSTEM sees
the registry of every user who is signed in. As a plain user it sees that user only, which is enough for a logon script.
Rights: none beyond a user's for the own row; a local administrator or SYSTEM for the rows of the others.

With -Merge it reads the snapshots of many computers from a folder and writes them as one.

.EXAMPLE
.\collect.ps1 -Tenant contoso.onmicrosoft.com -OutFile \\files01\outlook$\%COMPUTERNAME%.json

.EXAMPLE
.\collect.ps1 -Tenant contoso.onmicrosoft.com -Merge \\files01\outlook$ -OutFile outlook-inventory.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)] [string] $Tenant,
    [string] $OutFile = 'outlook-inventory.json',
    [string] $Merge
)
Set-StrictMode -Version 2.0
$failures = New-Object System.Collections.ArrayList

function Get-Part {
    # Runs one command; what it says when it fails goes to `errors`.
    param([string] $Command, [scriptblock] $Script)
    try { & $Script }
    catch { [void] $failures.Add([ordered]@{ command = $Command; message = "$($_.Exception.Message)" }) }
}

function Get-Value {
    # One value of the registry, or null where there is none.
    param([string] $Path, [string] $Name)
    if (-not (Test-Path -LiteralPath $Path)) { return $null }
    $key = Get-Item -LiteralPath $Path -ErrorAction Stop
    return $key.GetValue($Name, $null)
}

function Get-UtcText {
    param([datetime] $Time)
    return $Time.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
}

function Write-Snapshot {
    param([object] $Source, [object[]] $Installations)
    $snapshot = [ordered]@{
        assizeSnapshot = 1
        kind           = 'outlook-inventory'
        source         = $Source
        collectedAt    = Get-UtcText (Get-Date)
        collector      = [ordered]@{ name = 'collect-outlook-inventory'; version = '1.0.0'; psVersion = "$($PSVersionTable.PSVersion)" }
        errors         = @($failures)
        data           = [ordered]@{ Installation = @($Installations) }
    }
    $json = ConvertTo-Json -InputObject $snapshot -Depth 8
    # Out-File of Windows PowerShell would write UTF-16 or a byte order mark.
    $path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath([Environment]::ExpandEnvironmentVariables($OutFile))
    [System.IO.File]::WriteAllText($path, $json, (New-Object System.Text.UTF8Encoding($false)))
}

function Get-Outlook {
    # The Outlook that `App Paths` names, in the 64-bit registry or that of 32-bit programs.
    $names = @('HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\OUTLOOK.EXE',
        'HKLM:\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\App Paths\OUTLOOK.EXE')
    foreach ($name in $names) {
        $path = Get-Value $name ''
        if (-not $path) { continue }
        $path = [Environment]::ExpandEnvironmentVariables("$path").Trim('"')
        if (Test-Path -LiteralPath $path) { return Get-Item -LiteralPath $path -ErrorAction Stop }
    }
}

function Get-FileVersion {
    # The four numbers; the text of a version may carry more.
    param([object] $File)
    $info = $File.VersionInfo
    return '{0}.{1}.{2}.{3}' -f $info.FileMajorPart, $info.FileMinorPart, $info.FileBuildPart, $info.FilePrivatePart
}

function Get-UserName {
    param([string] $Sid)
    try { return (New-Object System.Security.Principal.SecurityIdentifier($Sid)).Translate([System.Security.Principal.NTAccount]).Value }
    catch { return $Sid }
}

function Get-SignInName {
    # The sign-in name that Windows remembers for a user of Entra ID, or that Office is signed in with.
    param([string] $Sid)
    $cache = "HKLM:\SOFTWARE\Microsoft\IdentityStore\Cache\$Sid\IdentityCache\$Sid"
    $office = "Registry::HKEY_USERS\$Sid\Software\Microsoft\Office\16.0\Common\Identity"
    foreach ($place in @(@($cache, 'UserName'), @($office, 'ADUserName'))) {
        try {
            $name = Get-Value $place[0] $place[1]
            if ("$name" -like '*@*') { return "$name" }
        }
        catch { Write-Verbose "$($place[0]) cannot be read" }
    }
    return $null
}

function Get-User {
    # The users whose part of the registry is loaded: domain and local accounts, and those of Entra ID.
    $sids = @(Get-ChildItem -Path 'Registry::HKEY_USERS' -ErrorAction SilentlyContinue |
        ForEach-Object { $_.PSChildName } | Where-Object { $_ -match '^S-1-(5-21|12-1)-[\d-]+$' })
    foreach ($sid in $sids) {
        try {
            # A user may not open the part of another one; no value would then look like a value that is not set.
            [void] (Get-Item -LiteralPath "Registry::HKEY_USERS\$sid\Software" -ErrorAction Stop)
            $disabled = Get-Value "Registry::HKEY_USERS\$sid\Software\Microsoft\Exchange" 'MapiHttpDisabled'
            [ordered]@{ User = Get-UserName $sid; UserPrincipalName = Get-SignInName $sid; Sid = $sid; MapiHttpDisabled = $disabled }
        }
        catch {
            # Without MapiHttpDisabled the user counts as not collected.
            [ordered]@{ User = Get-UserName $sid; Sid = $sid }
        }
    }
}

function Get-Installation {
    $suite = 'HKLM:\SOFTWARE\Microsoft\Office\ClickToRun\Configuration'
    $row = [ordered]@{
        ComputerName = $env:COMPUTERNAME
        User         = "$env:USERDOMAIN\$env:USERNAME"
        CollectedAt  = Get-UtcText (Get-Date)
    }
    $row.UserPrincipalName = Get-SignInName ([System.Security.Principal.WindowsIdentity]::GetCurrent().User.Value)
    $failed = $failures.Count
    $outlook = Get-Part 'Get-Item OUTLOOK.EXE' { Get-Outlook }
    Get-Part 'Get-ItemProperty ClickToRun\Configuration' {
        $row.VersionToReport = Get-Value $suite 'VersionToReport'
        $row.ProductReleaseIds = Get-Value $suite 'ProductReleaseIds'
        $row.Platform = Get-Value $suite 'Platform'
        $row.UpdateChannel = Get-Value $suite 'UpdateChannel'
    }
    if ($outlook) { $row.OutlookExeVersion = Get-FileVersion $outlook }
    # After a failure nobody knows which of them it is, so the field stays away.
    if ($failures.Count -eq $failed) {
        if (-not $outlook) { $row.InstallType = 'None'; $row.OutlookExeVersion = $null }
        # Only Click-to-Run has a folder `root`; that of another product says nothing of an Outlook from MSI beside it.
        elseif ($outlook.FullName -like '*\root\Office1*\OUTLOOK.EXE') { $row.InstallType = 'ClickToRun' }
        else { $row.InstallType = 'MSI' }
    }
    Get-Part 'Get-ChildItem HKEY_USERS' { $row.Users = @(Get-User) }
    return $row
}

if ($Merge) {
    $rows = New-Object System.Collections.ArrayList
    foreach ($file in @(Get-ChildItem -LiteralPath $Merge -Filter '*.json' | Sort-Object -Property Name)) {
        Get-Part "Get-Content $($file.Name)" {
            $one = [System.IO.File]::ReadAllText($file.FullName) | ConvertFrom-Json
            if ($one.kind -ne 'outlook-inventory') { return }
            foreach ($row in @($one.data.Installation)) {
                # PowerShell 7 makes times of texts.
                if ($row.CollectedAt -is [datetime]) { $row.CollectedAt = Get-UtcText $row.CollectedAt }
                [void] $rows.Add($row)
            }
            foreach ($failure in @($one.errors)) { if ($failure) { [void] $failures.Add($failure) } }
        }
    }
    Write-Snapshot -Source ([ordered]@{ tenant = $Tenant }) -Installations $rows.ToArray()
}
else {
    Write-Snapshot -Source ([ordered]@{ tenant = $Tenant; computer = $env:COMPUTERNAME }) -Installations @(Get-Installation)
}
