/**
 * A script for Windows PowerShell that prints Windows' GPU counters, one block an interval, in the
 * lines that `parseCounterLine` reads. It has no double quotes, because it is passed as an argument.
 *
 * Categories and counters have English names: .NET looks them up in the registry's English list
 * (`Perflib\009`) first, whatever the language of Windows. Raw values are used, because a running
 * time is exact over any interval. `[Console]::Out` fails when the reader is gone, which ends the
 * script.
 */
export function windowsScript(intervalMs: number): string {
  return [
    `$ErrorActionPreference='Stop'`,
    `$o=[Console]::Out`,
    `[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false`,
    `$t=[string][char]9`,
    `if(-not [Diagnostics.PerformanceCounterCategory]::Exists('GPU Engine')){[Console]::Error.WriteLine('Windows has no GPU counters');exit 3}`,
    ADAPTERS,
    LOCATIONS,
    `$c=@{};foreach($n in 'GPU Engine','GPU Adapter Memory','GPU Process Memory'){$c[$n]=New-Object Diagnostics.PerformanceCounterCategory $n}`,
    // Windows 11 counts the energy of processors. Without it, the GPUs are read all the same.
    `$e=$null;try{if([Diagnostics.PerformanceCounterCategory]::Exists('Energy Meter')){$e=New-Object Diagnostics.PerformanceCounterCategory 'Energy Meter'}}catch{}`,
    `$w=[Diagnostics.Stopwatch]::StartNew()`,
    `$names=@{}`,
    `while($true){${BLOCK};Start-Sleep -Milliseconds ${intervalMs}}`,
  ].join(';');
}

/** Adapters as DirectX registers them, with the LUID by which counters name them. */
const ADAPTERS = `foreach($k in (Get-ChildItem 'HKLM:\\SOFTWARE\\Microsoft\\DirectX' -ErrorAction SilentlyContinue)){$v=Get-ItemProperty $k.PSPath;if($v.AdapterLuid -ne $null){$o.WriteLine('G'+$t+$v.AdapterLuid+$t+$v.VendorId+$t+$v.DeviceId+$t+$v.DedicatedVideoMemory+$t+$v.SharedSystemMemory+$t+$v.Description)}}`;

/** Display devices on the PCI bus, by the class that Windows gives them. */
const LOCATIONS = `foreach($k in (Get-ChildItem 'HKLM:\\SYSTEM\\CurrentControlSet\\Enum\\PCI' -ErrorAction SilentlyContinue)){foreach($d in (Get-ChildItem $k.PSPath -ErrorAction SilentlyContinue)){$v=Get-ItemProperty $d.PSPath -ErrorAction SilentlyContinue;if($v.ClassGUID -eq '{4d36e968-e325-11ce-bfc1-08002be10318}'){$o.WriteLine('L'+$t+$k.PSChildName+$t+$v.LocationInformation)}}}`;

const BLOCK = [
  `$o.WriteLine('T'+$t+$w.ElapsedMilliseconds)`,
  `if($e){try{foreach($i in $e.ReadCategory()['Energy'].Values){if($i.InstanceName -match '^RAPL_Package[0-9]+_(PKG|PP1)$'){$o.WriteLine('W'+$t+$i.InstanceName+$t+$i.RawValue)}}}catch{$e=$null}}`,
  `foreach($i in $c['GPU Engine'].ReadCategory()['Running Time'].Values){if($i.RawValue -gt 0){$o.WriteLine('E'+$t+$i.InstanceName+$t+$i.RawValue)}}`,
  `$d=$c['GPU Adapter Memory'].ReadCategory()`,
  `foreach($i in $d['Dedicated Usage'].Values){$o.WriteLine('M'+$t+$i.InstanceName+$t+$i.RawValue+$t+$d['Shared Usage'][$i.InstanceName].RawValue)}`,
  `$d=$c['GPU Process Memory'].ReadCategory()`,
  `foreach($i in $d['Dedicated Usage'].Values){$s=$d['Shared Usage'][$i.InstanceName].RawValue;if($i.RawValue+$s -gt 0){$o.WriteLine('P'+$t+$i.InstanceName+$t+$i.RawValue+$t+$s);$p=$i.InstanceName.Split('_')[1];if(-not $names.ContainsKey($p)){$names[$p]=1;$g=Get-Process -Id $p -ErrorAction SilentlyContinue;if($g){$o.WriteLine('N'+$t+$p+$t+$g.ProcessName)}}}}`,
  `$o.WriteLine('Z')`,
  `$o.Flush()`,
].join(';');
