import type { Delta, Snapshot } from '../../../../shared/snapshot.ts';
import { toWire } from '../../../../shared/wire.ts';

/**
 * A snapshot or delta in the shape of `/api/events`. The slice `exporters` is also included under
 * its earlier name `outlets`, which is deprecated.
 */
export function stateWire(value: Snapshot | Delta): object {
  return toWire(
    'state' in value
      ? { ...value, state: withEarlierName(value.state) }
      : { ...value, changed: withEarlierName(value.changed) },
  );
}

function withEarlierName<T extends Delta['changed']>(slices: T): T & { readonly outlets?: object } {
  return slices.exporters === undefined ? slices : { ...slices, outlets: slices.exporters };
}
