<#
.SYNOPSIS
    Writes a snapshot of the certificates of a store for assize.
.DESCRIPTION
    Reads, and changes nothing. The public part of a store needs no rights. Private keys are never read.
    Works with Windows PowerShell 5.1 and later.

    .\collect.ps1 -Path certificates.json
    .\collect.ps1 -Store Cert:\LocalMachine\My, Cert:\LocalMachine\WebHosting -Thumbprint <in use>, <in use>
.PARAMETER Store
    The stores to read.
.PARAMETER Thumbprint
    Only these certificates: every certificate of the list counts as in use.
.PARAMETER Tenant
    Name of the tenant, if snapshots of other kinds are to be judged together with this one.
.PARAMETER Path
    The file to write.
#>
param(
    [string[]] $Store = @('Cert:\LocalMachine\My'),
    [string[]] $Thumbprint = @(),
    [string] $Tenant,
    [string] $Path = 'certificates.json'
)
$ErrorActionPreference = 'Stop'

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

function Get-Row($certificate) {
    $row = [ordered]@{
        Thumbprint = $certificate.Thumbprint
        Subject = $certificate.Subject
        Issuer = $certificate.Issuer
        SerialNumber = $certificate.SerialNumber
        FriendlyName = $certificate.FriendlyName
        NotBefore = $certificate.NotBefore.ToUniversalTime().ToString('o')
        NotAfter = $certificate.NotAfter.ToUniversalTime().ToString('o')
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

$wanted = @($Thumbprint | ForEach-Object { $_ -replace '[^0-9a-fA-F]', '' })
$errors = New-Object Collections.ArrayList
$rows = New-Object Collections.ArrayList
foreach ($name in $Store) {
    try {
        foreach ($certificate in Get-ChildItem -LiteralPath $name) {
            if ($wanted.Count -eq 0 -or $wanted -contains $certificate.Thumbprint) { [void] $rows.Add((Get-Row $certificate)) }
        }
    } catch { [void] $errors.Add([ordered]@{ command = "Get-ChildItem $name"; message = $_.Exception.Message }) }
}

$source = [ordered]@{ machine = [Net.Dns]::GetHostEntry('').HostName; stores = $Store -join ', ' }
if ($Tenant) { $source.tenant = $Tenant }
$json = [ordered]@{
    assizeSnapshot = 1
    kind = 'certificates'
    source = $source
    collectedAt = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
    collector = [ordered]@{ name = 'snapshots/certificates/collect.ps1'; version = '1.0.0'; psVersion = "$($PSVersionTable.PSVersion)" }
    errors = @($errors)
    data = [ordered]@{ Certificate = @($rows) }
} | ConvertTo-Json -Depth 8
$full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
[IO.File]::WriteAllText($full, $json, (New-Object Text.UTF8Encoding $false))
