import { numberInText, times } from './wall-figures.ts';

/** One answer of a NUT server. */
export type NutAnswer =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'error'; readonly code: string };

/**
 * Parses a line that answers `GET VAR <ups> <variable>`: `VAR ups ups.realpower "125"` or
 * `ERR VAR-NOT-SUPPORTED`. Quotes and backslashes in the value are escaped with a backslash. Null for
 * any other line.
 *
 * Source: https://networkupstools.org/docs/developer-guide.chunked/net-protocol.html
 */
export function parseNutLine(line: string): NutAnswer | null {
  const error = /^ERR ([A-Z0-9-]+)/.exec(line)?.[1];
  if (error !== undefined) return { kind: 'error', code: error };
  const value = /^VAR \S+ \S+ "((?:[^"\\]|\\.)*)"\s*$/.exec(line)?.[1];
  return value === undefined ? null : { kind: 'value', value: value.replace(/\\(.)/g, '$1') };
}

/** The variables of a UPS that tell its load, as text; null for one that it does not have. */
export interface NutVariables {
  readonly realpower: string | null;
  readonly load: string | null;
  readonly nominal: string | null;
}

/**
 * The load in watts: `ups.realpower`, or else `ups.load` (percent) of `ups.realpower.nominal`. Null
 * if the UPS tells neither; `ups.power` is in volt-amperes and is not used. A `ups.realpower` of 0
 * beside a load is a driver's placeholder.
 */
export function nutPower({ realpower, load, nominal }: NutVariables): number | null {
  const watts = numberInText(realpower);
  const percent = numberInText(load);
  if (watts !== null && (watts !== 0 || percent === null || percent === 0)) return watts;
  const rated = numberInText(nominal);
  return percent === null || rated === null || rated <= 0 ? null : times(percent / 100, rated);
}
