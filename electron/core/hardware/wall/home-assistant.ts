import { JOULES_PER_WH, member, numberInText, times } from './wall-figures.ts';

const WATTS: Readonly<Record<string, number>> = { mW: 1e-3, W: 1, kW: 1e3, MW: 1e6 };
const JOULES: Readonly<Record<string, number>> = {
  J: 1,
  kJ: 1e3,
  MJ: 1e6,
  GJ: 1e9,
  Wh: JOULES_PER_WH,
  kWh: JOULES_PER_WH * 1e3,
  MWh: JOULES_PER_WH * 1e6,
};

/** What an entity's state says about a figure. */
export type StateFigure =
  | { readonly kind: 'value'; readonly value: number }
  /** The sensor exists but has no value now (`unavailable`, `unknown`). */
  | { readonly kind: 'none' }
  /** The state has another unit. */
  | { readonly kind: 'unit'; readonly unit: string };

/**
 * Watts in the answer to `GET /api/states/sensor.X` of Home Assistant. The state is a text with a dot
 * as decimal mark in every language; the unit is in the attributes.
 *
 * Source: https://developers.home-assistant.io/docs/api/rest/
 */
export function parsePowerState(answer: unknown): StateFigure {
  return figure(answer, WATTS);
}

/** Joules in such an answer for a sensor of energy. */
export function parseEnergyState(answer: unknown): StateFigure {
  return figure(answer, JOULES);
}

function figure(answer: unknown, factors: Readonly<Record<string, number>>): StateFigure {
  const unit = member(member(answer, 'attributes'), 'unit_of_measurement');
  const state = member(answer, 'state');
  const value = numberInText(state);
  if (value === null && typeof unit !== 'string') return { kind: 'none' };
  const factor = typeof unit === 'string' && Object.hasOwn(factors, unit) ? factors[unit] : null;
  if (factor === null || factor === undefined) return { kind: 'unit', unit: unitText(unit) };
  const scaled = times(value, factor);
  return scaled === null ? { kind: 'none' } : { kind: 'value', value: scaled };
}

function unitText(unit: unknown): string {
  return typeof unit === 'string' ? unit.slice(0, 20) : 'no unit';
}
