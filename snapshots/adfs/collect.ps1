<#
.SYNOPSIS
    Writes a snapshot of an AD FS farm for assize.
.DESCRIPTION
    Reads, and changes nothing. It needs a local administrator on every server, because the cmdlets of AD FS and of its proxy and the
    permissions of private keys are for administrators; any user of the domain for the account of the service; and with -Entra a session of
    Microsoft Graph (Connect-MgGraph -Scopes Domain.Read.All). Private keys are never read. Works with Windows PowerShell 5.1 and later.

    On every proxy:      .\collect.ps1 -ServerOnly -Path wap01.json
    On the primary node: .\collect.ps1 -ComputerName adfs02 -Merge wap01.json, wap02.json -Entra -Path adfs.json
.PARAMETER ComputerName
    Further servers, which are read through PowerShell remoting.
.PARAMETER Merge
    Files that -ServerOnly wrote on servers that remoting does not reach.
.PARAMETER ServerOnly
    Write what this server knows, and nothing of the farm.
.PARAMETER Entra
    Read the federated domains of Entra ID, too.
.PARAMETER Tenant
    Name of the tenant, if snapshots of other kinds are to be judged together with this one.
.PARAMETER Path
    The file to write.
#>
param(
    [string[]] $ComputerName = @(),
    [string[]] $Merge = @(),
    [switch] $ServerOnly,
    [switch] $Entra,
    [string] $Tenant,
    [string] $Path = 'adfs.json'
)
$ErrorActionPreference = 'Stop'

# Runs on each server, and gives the server as JSON. What fails is left out, and named in CollectorErrors.
$readServer = {
    param([string] $collectorUtcNow)
    $ErrorActionPreference = 'Stop'
    $server = [ordered]@{ ComputerName = [Net.Dns]::GetHostEntry('').HostName; UtcNow = [DateTime]::UtcNow.ToString('o') }
    if ($collectorUtcNow) { $server.CollectorUtcNow = $collectorUtcNow }
    $failed = New-Object Collections.ArrayList

    function Add-Answer([string] $name, [string] $command, [scriptblock] $read) {
        try { $server[$name] = & $read }
        catch { [void] $failed.Add([ordered]@{ command = $command; message = "$($server.ComputerName): $($_.Exception.Message)" }) }
    }

    function ConvertTo-Utc([DateTime] $time) { $time.ToUniversalTime().ToString('o') }

    # DNS names of the extension for alternative names: a sequence of names, of which those with the tag 0x82 are DNS names.
    function Get-AlternativeName($certificate) {
        $extension = $certificate.Extensions | Where-Object { $_.Oid.Value -eq '2.5.29.17' } | Select-Object -First 1
        if (-not $extension) { return }
        $bytes = $extension.RawData
        $at = 2
        if ($bytes[1] -ge 0x80) { $at = 2 + $bytes[1] - 0x80 }
        while ($at -lt $bytes.Length) {
            $tag = $bytes[$at]
            $length = [int] $bytes[$at + 1]
            $at += 2
            if ($length -ge 0x80) {
                $octets = $length - 0x80
                $length = 0
                for ($nth = 0; $nth -lt $octets; $nth++) { $length = $length * 256 + $bytes[$at]; $at++ }
            }
            if ($tag -eq 0x82) { [Text.Encoding]::ASCII.GetString($bytes, $at, $length) }
            $at += $length
        }
    }

    function Get-StoredCertificate($certificate) {
        $row = [ordered]@{
            Thumbprint = $certificate.Thumbprint
            Subject = $certificate.Subject
            Issuer = $certificate.Issuer
            SerialNumber = $certificate.SerialNumber
            FriendlyName = $certificate.FriendlyName
            NotBefore = ConvertTo-Utc $certificate.NotBefore
            NotAfter = ConvertTo-Utc $certificate.NotAfter
            HasPrivateKey = $certificate.HasPrivateKey
            SignatureAlgorithm = $certificate.SignatureAlgorithm.FriendlyName
            SubjectAlternativeName = @(Get-AlternativeName $certificate)
            EnhancedKeyUsageList = @($certificate.EnhancedKeyUsageList | ForEach-Object { $_.ObjectId })
        }
        try {
            if ($certificate.PublicKey.Oid.Value -eq '1.2.840.113549.1.1.1') {
                $row.PublicKeyAlgorithm = 'RSA'
                $row.KeySize = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPublicKey($certificate).KeySize
            } elseif ($certificate.PublicKey.Oid.Value -eq '1.2.840.10045.2.1') {
                $row.PublicKeyAlgorithm = 'ECC'
                $row.KeySize = [Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPublicKey($certificate).KeySize
            }
        } catch { $row.Remove('KeySize') }
        # Keys in hardware have no file, and some providers tell nothing of their keys.
        try {
            $key = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::GetRSAPrivateKey($certificate)
            $file = $null
            if ($key -is [Security.Cryptography.RSACng]) {
                $row.ProviderType = 0
                $row.KeySpec = 0
                $row.ProviderName = $key.Key.Provider.Provider
                $file = Join-Path $env:ProgramData "Microsoft\Crypto\Keys\$($key.Key.UniqueName)"
            } elseif ($key) {
                $container = $key.CspKeyContainerInfo
                $row.ProviderType = $container.ProviderType
                $row.KeySpec = [int] $container.KeyNumber
                $row.ProviderName = $container.ProviderName
                $file = Join-Path $env:ProgramData "Microsoft\Crypto\RSA\MachineKeys\$($container.UniqueKeyContainerName)"
            }
            if ($file -and (Test-Path -LiteralPath $file)) {
                $row.PrivateKeyAcl = @((Get-Acl -LiteralPath $file).Access | ForEach-Object {
                    [ordered]@{ Identity = "$($_.IdentityReference)"; Rights = [int] $_.FileSystemRights; Type = "$($_.AccessControlType)" }
                })
            }
        } catch { $row.Remove('PrivateKeyAcl') }
        try {
            $chain = New-Object Security.Cryptography.X509Certificates.X509Chain
            $chain.ChainPolicy.RevocationMode = 'NoCheck'
            $valid = $chain.Build($certificate)
            $row.Chain = [ordered]@{
                Valid = $valid
                Status = @($chain.ChainStatus | ForEach-Object { "$($_.Status)" })
                Root = $chain.ChainElements[$chain.ChainElements.Count - 1].Certificate.Subject
            }
        } catch { $row.Remove('Chain') }
        $row
    }

    # The words of `netsh` depend on the language of Windows, so that lines are known by their values.
    function Get-HttpSysBinding {
        $lines = netsh http show sslcert
        if ($LASTEXITCODE -ne 0) { throw "netsh ended with $LASTEXITCODE" }
        $binding = $null
        $isAfterAppId = $false
        foreach ($line in $lines) {
            if ($line -match '\s:\s(\S+:\d+)\s*$') {
                if ($binding) { $binding }
                $binding = [ordered]@{ Binding = $Matches[1]; CertificateHash = $null; AppId = $null; StoreName = $null }
            } elseif ($binding -and $line -match '\s:\s([0-9a-fA-F]{40})\s*$') {
                $binding.CertificateHash = $Matches[1]
            } elseif ($binding -and $line -match '\s:\s(\{[0-9a-fA-F-]{36}\})\s*$') {
                $binding.AppId = $Matches[1]
                $isAfterAppId = $true
                continue
            } elseif ($binding -and $isAfterAppId -and $line -match '\s:\s(\w+)\s*$') {
                $binding.StoreName = $Matches[1]
            }
            $isAfterAppId = $false
        }
        if ($binding) { $binding }
    }

    Add-Answer 'OS' 'Get-CimInstance Win32_OperatingSystem' { Get-CimInstance Win32_OperatingSystem | Select-Object Caption, Version }
    Add-Answer 'HttpSys' 'netsh http show sslcert' { , @(Get-HttpSysBinding) }
    Add-Answer 'Store' 'Get-ChildItem Cert:\LocalMachine\My' { , @(Get-ChildItem Cert:\LocalMachine\My | ForEach-Object { Get-StoredCertificate $_ }) }

    if (Get-Service adfssrv -ErrorAction SilentlyContinue) {
        $server.Role = 'adfs'
        Add-Answer 'ServiceAccount' 'Get-CimInstance Win32_Service' { (Get-CimInstance Win32_Service -Filter "Name = 'adfssrv'").StartName }
        Add-Answer 'AdfsSslCertificate' 'Get-AdfsSslCertificate' { , @(Get-AdfsSslCertificate | Select-Object HostName, PortNumber, CertificateHash) }
        Add-Answer 'AdfsCertificate' 'Get-AdfsCertificate' {
            , @(Get-AdfsCertificate | Select-Object CertificateType, IsPrimary, Thumbprint,
                @{ n = 'StoreName'; e = { "$($_.StoreName)" } }, @{ n = 'StoreLocation'; e = { "$($_.StoreLocation)" } },
                @{ n = 'NotBefore'; e = { if ($_.Certificate) { ConvertTo-Utc $_.Certificate.NotBefore } } },
                @{ n = 'NotAfter'; e = { if ($_.Certificate) { ConvertTo-Utc $_.Certificate.NotAfter } } })
        }
        Add-Answer 'AdfsProperties' 'Get-AdfsProperties' {
            Get-AdfsProperties | Select-Object HostName, HttpsPort, TlsClientPort, @{ n = 'Identifier'; e = { "$($_.Identifier)" } },
                AutoCertificateRollover, CertificateDuration, CertificateGenerationThreshold, CertificatePromotionThreshold, CertificateCriticalThreshold,
                @{ n = 'ExtendedProtectionTokenCheck'; e = { "$($_.ExtendedProtectionTokenCheck)" } }, CurrentFarmBehavior, AlternateTlsClientBinding, ArtifactDbConnection
        }
        Add-Answer 'AdfsSyncProperties' 'Get-AdfsSyncProperties' {
            Get-AdfsSyncProperties | Select-Object @{ n = 'Role'; e = { "$($_.Role)" } }, PrimaryComputerName, PollDuration, LastSyncStatus,
                @{ n = 'LastSyncTime'; e = { if ($_.LastSyncTime) { ConvertTo-Utc $_.LastSyncTime } } }
        }
        Add-Answer 'AdfsFarmInformation' 'Get-AdfsFarmInformation' {
            Get-AdfsFarmInformation | Select-Object CurrentFarmBehavior, @{ n = 'FarmNodes'; e = { , @($_.FarmNodes | ForEach-Object { "$($_.FQDN)" }) } }
        }
        Add-Answer 'DeviceRegistrationUpnSuffix' 'Get-AdfsDeviceRegistrationUpnSuffix' {
            , @(Get-AdfsDeviceRegistrationUpnSuffix | Select-Object Upn, SslPort, IsSetAsSslBinding, IsCustom)
        }
    } else {
        $server.Role = 'wap'
        Add-Answer 'WapSslCertificate' 'Get-WebApplicationProxySslCertificate' { , @(Get-WebApplicationProxySslCertificate | Select-Object HostName, PortNumber, CertificateHash) }
        Add-Answer 'WapConfiguration' 'Get-WebApplicationProxyConfiguration' {
            Get-WebApplicationProxyConfiguration | Select-Object @{ n = 'ADFSUrl'; e = { "$($_.ADFSUrl)" } },
                @{ n = 'ConnectedServersName'; e = { , @($_.ConnectedServersName | ForEach-Object { "$_" }) } }, @{ n = 'ConfigurationVersion'; e = { "$($_.ConfigurationVersion)" } }
        }
        Add-Answer 'WapApplication' 'Get-WebApplicationProxyApplication' {
            , @(Get-WebApplicationProxyApplication | Select-Object Name, @{ n = 'ExternalUrl'; e = { "$($_.ExternalUrl)" } }, ExternalCertificateThumbprint)
        }
    }
    $server.CollectorErrors = @($failed)
    $server | ConvertTo-Json -Depth 8 -Compress
}

# The directory, by its own search, so that no module is needed.
function Search-Directory([string] $filter, [string[]] $properties) {
    $forest = ([adsi] 'LDAP://RootDSE').rootDomainNamingContext
    $searcher = New-Object DirectoryServices.DirectorySearcher ([adsi] "GC://$forest"), $filter, $properties
    @($searcher.FindAll())
}

function Read-ServiceAccount([string] $startName) {
    $name = ($startName -split '\\')[-1]
    $found = Search-Directory "(sAMAccountName=$name)" @('distinguishedName')
    if ($found.Count -ne 1) { throw "found $($found.Count) accounts named $name" }
    $account = [adsi] "LDAP://$($found[0].Properties['distinguishedname'][0])"
    $account.RefreshCache(@('userAccountControl', 'msDS-User-Account-Control-Computed', 'objectClass', 'sAMAccountName'))
    $computed = [int] $account.Properties['msDS-User-Account-Control-Computed'].Value
    [ordered]@{
        SamAccountName = "$($account.Properties['sAMAccountName'].Value)"
        ObjectClass = "$(@($account.Properties['objectClass'])[-1])"
        Enabled = ([int] $account.Properties['userAccountControl'].Value -band 0x2) -eq 0
        LockedOut = ($computed -band 0x10) -ne 0
        PasswordExpired = ($computed -band 0x800000) -ne 0
    }
}

function Read-ServicePrincipalName([string] $federationService) {
    foreach ($class in 'HOST', 'HTTP') {
        $found = Search-Directory "(servicePrincipalName=$class/$federationService)" @('sAMAccountName')
        [ordered]@{ Name = "$class/$federationService"; Accounts = @($found | ForEach-Object { "$($_.Properties['samaccountname'][0])" }) }
    }
}

function Read-FederatedDomain {
    foreach ($domain in Get-MgDomain -All | Where-Object { $_.AuthenticationType -eq 'Federated' }) {
        foreach ($federation in Get-MgDomainFederationConfiguration -DomainId $domain.Id) {
            [ordered]@{
                DomainId = $domain.Id
                IssuerUri = $federation.IssuerUri
                PassiveSignInUri = $federation.PassiveSignInUri
                SigningCertificate = $federation.SigningCertificate
                NextSigningCertificate = $federation.NextSigningCertificate
            }
        }
    }
}

function Write-Text([string] $text) {
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
    [IO.File]::WriteAllText($full, $text, (New-Object Text.UTF8Encoding $false))
}

$servers = New-Object Collections.ArrayList
$errors = New-Object Collections.ArrayList
[void] $servers.Add((& $readServer ''))
if ($ServerOnly) {
    Write-Text $servers[0]
    return
}
foreach ($name in $ComputerName) {
    try { [void] $servers.Add((Invoke-Command -ComputerName $name -ScriptBlock $readServer -ArgumentList ([DateTime]::UtcNow.ToString('o')))) }
    catch { [void] $errors.Add([ordered]@{ command = "Invoke-Command -ComputerName $name"; message = $_.Exception.Message }) }
}
foreach ($file in $Merge) {
    try { [void] $servers.Add([IO.File]::ReadAllText((Resolve-Path -LiteralPath $file).ProviderPath).Trim([char] 0xFEFF)) }
    catch { [void] $errors.Add([ordered]@{ command = "Merge $file"; message = $_.Exception.Message }) }
}
foreach ($server in $servers) {
    foreach ($failure in ($server | ConvertFrom-Json).CollectorErrors) {
        [void] $errors.Add([ordered]@{ command = $failure.command; message = $failure.message })
    }
}

$first = $servers[0] | ConvertFrom-Json
$farm = [ordered]@{}
if ($first.ServiceAccount) {
    try { $farm.ServiceAccount = Read-ServiceAccount $first.ServiceAccount }
    catch { [void] $errors.Add([ordered]@{ command = 'ServiceAccount'; message = $_.Exception.Message }) }
}
$federationService = ''
if ($first.AdfsProperties) { $federationService = $first.AdfsProperties.HostName }
if ($federationService) {
    try { $farm.ServicePrincipalName = @(Read-ServicePrincipalName $federationService) }
    catch { [void] $errors.Add([ordered]@{ command = 'ServicePrincipalName'; message = $_.Exception.Message }) }
}
if ($Entra) {
    try { $farm.FederatedDomain = @(Read-FederatedDomain) }
    catch { [void] $errors.Add([ordered]@{ command = 'Get-MgDomainFederationConfiguration'; message = $_.Exception.Message }) }
}

$source = [ordered]@{ federationService = $federationService }
if ($Tenant) { $source.tenant = $Tenant }
$head = [ordered]@{
    assizeSnapshot = 1
    kind = 'adfs'
    source = $source
    collectedAt = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    collector = [ordered]@{ name = 'snapshots/adfs/collect.ps1'; version = '1.0.0'; psVersion = "$($PSVersionTable.PSVersion)" }
    errors = @($errors)
} | ConvertTo-Json -Depth 4 -Compress
$rest = ''
if ($farm.Count -gt 0) { $rest = ',' + ($farm | ConvertTo-Json -Depth 4 -Compress).Trim().Substring(1) } else { $rest = '}' }
Write-Text ($head.Substring(0, $head.Length - 1) + ',"data":{"nodes":[' + ($servers -join ',') + ']' + $rest + '}')
