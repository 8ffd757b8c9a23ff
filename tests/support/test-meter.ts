/** A real meter for tests, without a core around it. */
import { EnergyMeter } from '../../electron/core/hardware/energy/energy-meter.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import type { MeterOptions } from '../../electron/core/meter/meter-options.ts';
import { Meter } from '../../electron/core/meter/meter.ts';
import { ThroughputHistory } from '../../electron/core/meter/throughput.ts';
import { DEFAULT_SETTINGS } from '../../shared/settings.ts';
import type { ActivityRecord } from '../../shared/usage.ts';

/** The default settings with captures on. */
export const CAPTURING = {
  estimates: DEFAULT_SETTINGS.estimates,
  captures: { ...DEFAULT_SETTINGS.captures, enabled: true },
};

/** A meter that knows nothing of its servers and collects its records in `rows`. */
export function testMeter(rows: ActivityRecord[], changes: Partial<MeterOptions> = {}): Meter {
  return new Meter({
    throughput: new ThroughputHistory(),
    energy: new EnergyMeter(performance.now()),
    settings: () => DEFAULT_SETTINGS,
    salt: 'salt',
    hops: { judge: () => 'none' },
    namingOf: () => null,
    processOf: () => null,
    nextId: () => rows.length + 1,
    models: () => ({ architecture: () => null, isLoaded: () => null, loaded: () => null }),
    onRecord: (record) => void rows.push(record),
    onCompleted: (record) => {
      rows[rows.findIndex(({ id }) => id === record.id)] = record;
    },
    onChange: () => undefined,
    log: SILENT_LOG,
    ...changes,
  });
}
