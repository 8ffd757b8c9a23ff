/** Sensors that the user adds: the section `hardware` of the settings. */
import * as v from 'valibot';

/** What a wall meter speaks. */
export const WALL_METER_KINDS = [
  'shelly-gen1',
  'shelly-gen2',
  'tasmota',
  'home-assistant',
  'nut',
  'json',
] as const;

const ADDRESS_RULE =
  'must be a host or an http:// or https:// address in the local network, such as 192.168.1.20';

/** A JSON path with names, dots and indexes only. */
const PATH = /^[\w-]+(?:\.[\w-]+|\[\d{1,4}\])*$/;

const meter = v.object({
  kind: v.picklist(WALL_METER_KINDS),
  /** Shown to the user. */
  name: v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(60)), 'Wall'),
  /** Only in the local network. With `nut` a host, with or without a port (3493). */
  address: v.pipe(
    v.string(),
    v.trim(),
    v.maxLength(500),
    v.check((address) => isLocalMeterAddress(address), ADDRESS_RULE),
  ),
  /** The channel of a Shelly or Tasmota that has several, from 0. Null: the sum of all. */
  index: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))), null),
  /** `home-assistant`: the sensor of the power. `nut`: the name of the UPS, `ups` by default. */
  entity: v.optional(
    v.nullable(v.pipe(v.string(), v.regex(/^[\w.-]{1,200}$/, 'must be letters, digits, . _ -'))),
    null,
  ),
  /** `home-assistant`: the sensor of the energy, if there is one. */
  energyEntity: v.optional(
    v.nullable(v.pipe(v.string(), v.regex(/^[\w.]{1,200}$/, 'must be letters, digits, . _'))),
    null,
  ),
  /** `json`: where the power is in the answer. */
  path: v.optional(
    v.nullable(v.pipe(v.string(), v.regex(PATH, 'must be a path such as a.b[0].c'))),
    null,
  ),
  /** `json`: the unit of that power. */
  unit: v.optional(v.picklist(['W', 'kW']), 'W'),
  intervalMs: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(3_600_000)),
    2_000,
  ),
  /**
   * `home-assistant`: a long-lived access token. It is not in settings.json but in the secret store;
   * if it is set, the settings show `(hidden)`. Null or an empty string removes it. If it is missing,
   * it stays unchanged.
   */
  token: v.optional(
    v.nullable(
      v.pipe(
        v.string(),
        v.trim(),
        v.maxLength(4_000),
        v.regex(/^[\x21-\x7e]*$/, 'must be printable ASCII without spaces'),
      ),
    ),
  ),
});

/** A meter in the wall socket. Null: there is none, and nothing is asked. */
export const wallMeterSchema = v.pipe(
  meter,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    const missing = (key: 'entity' | 'path', message: string): void =>
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value: null }] });
    if (input.kind === 'home-assistant' && input.entity === null) {
      missing('entity', 'is needed: the sensor of the power, such as sensor.plug_power');
    }
    if (input.kind === 'json' && input.path === null) {
      missing('path', 'is needed: where the power is in the answer, such as data.power');
    }
  }),
);

export const hardwareSchema = v.object({
  wallMeter: v.optional(v.nullable(wallMeterSchema), null),
});

export type WallMeterKind = (typeof WALL_METER_KINDS)[number];
export type WallMeterSetting = v.InferOutput<typeof wallMeterSchema>;

/**
 * False for text that is no address and for the number of a host outside of the local network. A
 * name may be any here: only its lookup shows where it leads.
 */
function isLocalMeterAddress(address: string): boolean {
  const parts = /^(?:https?:\/\/)?(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?(?:\/[^\s@#]*)?$/i.exec(
    address,
  );
  const host = parts?.[1]?.toLowerCase();
  if (host === undefined || Number(parts?.[2] ?? 1) > 65_535) return false;
  if (host.startsWith('[')) return /^\[(?:::1\]|f[cd]|fe[89ab])/.test(host);
  // URLs read a host that ends in a number as IPv4, also `10.1`, `0x7f.1` and octal `010.0.0.1`.
  if (!/(?:^|\.)(?:\d+|0x[\da-f]*)$/.test(host)) return true;
  const octets = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(host);
  return octets !== null && isLocalIpv4(octets.slice(1).map(Number));
}

function isLocalIpv4(octets: readonly number[]): boolean {
  const [a = 0, b = 0] = octets;
  if (octets.some((octet) => octet > 255)) return false;
  if (a === 10 || a === 127) return true;
  if (a === 172) return b >= 16 && b < 32;
  return (a === 192 && b === 168) || (a === 169 && b === 254);
}
