import { describe, expect, it } from 'vitest';
import {
  createMacosMachineSource,
  parseLowPowerMode,
  parsePowerSource,
  parseSwapUsage,
  parseVmStat,
} from './macos-machine.ts';

const ON_BATTERY = `Now drawing from 'Battery Power'
 -InternalBattery-0 (id=21561443)	76%; discharging; 4:16 remaining present: true
`;
const ON_MAINS = ON_BATTERY.replace('Battery Power', 'AC Power');
const registry = (current: string): string => `+-o AppleSmartBattery  <class AppleSmartBattery>
{
  "ExternalConnected" = No
  "Voltage" = 12500
  "LegacyBatteryInfo" = {"Amperage"=18446744073709550441,"Voltage"=10511}
  "InstantAmperage" = ${current}
}
`;
/** macOS on an M2 with 16 GiB. */
const VM_STAT = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                              123456.
Pages active:                            300000.
Pages speculative:                        12345.
Pages wired down:                        234567.
Pages purgeable:                           6789.
"Translation faults":                  98765432.
File-backed pages:                       256789.
Anonymous pages:                         378901.
Pages occupied by compressor:             45678.
`;

describe('battery of a Mac', () => {
  it.each([
    ['18446744073709550416', 15],
    ['64336', 15],
    ['-1200', 15],
  ])('reads a negative current written as %s', (current, watts) => {
    expect(parsePowerSource(ON_BATTERY, registry(current))).toEqual({
      batteryW: watts,
      isOnBattery: true,
    });
  });

  it.each([
    [ON_BATTERY, '0', { batteryW: null, isOnBattery: true }],
    [ON_MAINS, '1800', { batteryW: 0, isOnBattery: false }],
    [ON_MAINS, '0', { batteryW: 0, isOnBattery: false }],
    [ON_MAINS, '-400', { batteryW: 5, isOnBattery: false }],
    [ON_BATTERY, 'missing', { batteryW: null, isOnBattery: true }],
    ["Now drawing from 'AC Power'\n", '0', { batteryW: null, isOnBattery: null }],
    ['', '0', { batteryW: null, isOnBattery: null }],
  ])('%s with a current of %s', (source, current, expected) => {
    expect(parsePowerSource(source, registry(current))).toEqual(expected);
  });
});

it.each([
  [' lowpowermode         1\n', 'low-power'],
  [' powermode            2\n', 'high-power'],
  [' lowpowermode         0\n', 'automatic'],
  [' standby              1\n', null],
])('reads the mode in %j', (text, mode) => {
  expect(parseLowPowerMode(`System-wide power settings:\nCurrently in use:\n${text}`)).toBe(mode);
});

it('counts neither free memory nor cached files as used', () => {
  const available = (123456 + 256789 + 6789) * 16384;
  expect(parseVmStat(VM_STAT, 17_179_869_184)).toBe(17_179_869_184 - available);
  expect(parseVmStat('vm_stat: no such thing', 17_179_869_184)).toBeNull();
});

it.each([
  ['total = 2048.00M  used = 1024.50M  free = 1023.50M  (encrypted)', 1024.5 * 1024 ** 2],
  ['total = 2048,00M  used = 1024,50M  free = 1023,50M  (encrypted)', 1024.5 * 1024 ** 2],
  ['total = 0.00M  used = 0.00M  free = 0.00M  (encrypted)', 0],
  ['', null],
])('reads swap in %j', (text, bytes) => {
  expect(parseSwapUsage(text)).toBe(bytes);
});

it('a program that is missing hides nothing of the others', async () => {
  const source = createMacosMachineSource({
    memoryBytes: 16,
    macmon: null,
    run: (program, args) =>
      program.endsWith('pmset') && args.includes('batt')
        ? Promise.resolve(ON_MAINS)
        : Promise.reject(new Error('ENOENT')),
  });
  expect((await source.read(new AbortController().signal)).figures).toEqual({
    cpuPowerW: null,
    batteryW: 0,
    isOnBattery: false,
    powerProfile: null,
    memoryTotalBytes: 16,
    memoryUsedBytes: null,
    swapUsedBytes: null,
  });
});

it.each([
  ['{"cpu_power":8.42,"gpu_power":0.0,"memory":{}}', 8.42],
  ['{"cpu_power":0.0,"gpu_power":0.0,"memory":{}}', null],
  ['Error: no such thing', null],
])('takes the processor’s power from %s', async (line, watts) => {
  const source = createMacosMachineSource({
    macmon: '/bin/macmon',
    run: (program) =>
      program === '/bin/macmon' ? Promise.resolve(line) : Promise.reject(new Error('no')),
  });
  expect((await source.read(new AbortController().signal)).figures.cpuPowerW).toBe(watts);
});
