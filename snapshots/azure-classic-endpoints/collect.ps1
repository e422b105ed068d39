<#
.SYNOPSIS
Writes the classic virtual machines of a subscription with their endpoints as one snapshot.

.DESCRIPTION
Needs:  Windows PowerShell 5.1 and the module Azure (not Az), signed in with Add-AzureAccount.
Rights: the classic model has no reading right of its own; the account is a co-administrator of the subscription. The script only reads.

.EXAMPLE
.\collect.ps1 -Path classic-endpoints.json
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory = $true)]
    [string] $Path
)

$errors = New-Object System.Collections.ArrayList
$collectedAt = (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')

# A first word alone names the section that is missing; with more words a part of it is.
function Add-CollectorError {
    param([string] $Command, $Record)
    [void] $errors.Add([ordered]@{ command = $Command; message = [string] $Record.Exception.Message })
}

# Rules of an access list, each with what decides. The module shows a list without rules as an empty object.
function ConvertTo-AccessRule {
    param($AccessList)
    if ($null -eq $AccessList) { return }
    $rules = $AccessList
    if ($null -ne $AccessList.PSObject.Properties['Rules']) { $rules = $AccessList.Rules }
    foreach ($rule in $rules) {
        if ($null -eq $rule) { continue }
        [ordered]@{
            Order        = $rule.Order
            Action       = $rule.Action
            RemoteSubnet = $rule.RemoteSubnet
            Description  = $rule.Description
        }
    }
}

function ConvertTo-Endpoint {
    param($Endpoint)
    [ordered]@{
        Name                     = $Endpoint.Name
        LBSetName                = $Endpoint.LBSetName
        Protocol                 = [string] $Endpoint.Protocol
        Port                     = $Endpoint.Port
        LocalPort                = $Endpoint.LocalPort
        Vip                      = $Endpoint.Vip
        ProbePath                = $Endpoint.ProbePath
        ProbePort                = $Endpoint.ProbePort
        ProbeProtocol            = $Endpoint.ProbeProtocol
        ProbeIntervalInSeconds   = $Endpoint.ProbeIntervalInSeconds
        ProbeTimeoutInSeconds    = $Endpoint.ProbeTimeoutInSeconds
        EnableDirectServerReturn = $Endpoint.EnableDirectServerReturn
        IdleTimeoutInMinutes     = $Endpoint.IdleTimeoutInMinutes
        LoadBalancerDistribution = $Endpoint.LoadBalancerDistribution
        InternalLoadBalancerName = $Endpoint.InternalLoadBalancerName
        VirtualIPName            = $Endpoint.VirtualIPName
        Acl                      = @(ConvertTo-AccessRule $Endpoint.Acl)
    }
}

$source = [ordered]@{}
try {
    $subscription = Get-AzureSubscription -Current -ErrorAction Stop
    if ($subscription.TenantId) { $source.tenant = [string] $subscription.TenantId }
    $source.subscription = [string] $subscription.SubscriptionId
}
catch { Add-CollectorError 'Get-AzureSubscription' $_ }

$data = [ordered]@{}
try {
    $machines = @(Get-AzureVM -ErrorAction Stop)
    $data.VirtualMachine = @(
        foreach ($machine in $machines) {
            $entry = [ordered]@{
                ServiceName         = $machine.ServiceName
                VM                  = $machine.Name
                PowerState          = [string] $machine.PowerState
                InstanceStatus      = [string] $machine.InstanceStatus
                AvailabilitySetName = $machine.AvailabilitySetName
            }
            # A machine whose endpoints cannot be read has no list, which is not the same as an empty one.
            try { $entry.Endpoints = @(Get-AzureEndpoint -VM $machine -ErrorAction Stop | ForEach-Object { ConvertTo-Endpoint $_ }) }
            catch { Add-CollectorError ('Get-AzureVM ' + $machine.Name) $_ }
            $entry
        }
    )
}
catch { Add-CollectorError 'Get-AzureVM' $_ }

$module = Get-Module -Name Azure -ListAvailable | Select-Object -First 1
$moduleVersion = $null
if ($null -ne $module) { $moduleVersion = [string] $module.Version }

$snapshot = [ordered]@{
    assizeSnapshot = 1
    kind           = 'azure-classic-endpoints'
    source         = $source
    collectedAt    = $collectedAt
    collector      = [ordered]@{
        name      = 'collect.ps1'
        version   = '1.0.0'
        psVersion = [string] $PSVersionTable.PSVersion
        modules   = [ordered]@{ Azure = $moduleVersion }
    }
    errors         = @($errors)
    data           = $data
}
$json = ConvertTo-Json -InputObject $snapshot -Depth 8
$folder = (Get-Location).ProviderPath
$target = [System.IO.Path]::Combine($folder, $Path)
[System.IO.File]::WriteAllText($target, $json, (New-Object System.Text.UTF8Encoding($false)))
