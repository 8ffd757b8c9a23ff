import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import { ENERGY_SUMS, energyFacts, energySumsOf } from '../../../../shared/energy-sums.ts';
import type { EnergySums } from '../../../../shared/energy-sums.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { isAmount } from '../amount.ts';

interface Instrument {
  readonly name: string;
  readonly unit: 'J' | '{token}';
  readonly description: string;
}

const WHOLE: Instrument = {
  name: 'tokwatt.energy',
  unit: 'J',
  description: 'GPU energy, shared among the exchanges that ran at once: an estimate.',
};

const joules = (name: string, description: string): Instrument => ({
  name,
  unit: 'J',
  description,
});
const tokens = (name: string, what: string): Instrument => ({
  name,
  unit: '{token}',
  description: `${what} of the exchanges with that energy.`,
});

const SUMS: Readonly<Record<keyof EnergySums, Instrument>> = {
  energyNetJoules: joules(
    'tokwatt.energy.net',
    'The energy without idle power, where it is known.',
  ),
  ratedJoules: joules('tokwatt.rated.energy', 'Energy of exchanges measured for 90 % or more.'),
  ratedOutputTokens: tokens('tokwatt.rated.output_tokens', 'Output tokens'),
  ratedNetJoules: joules('tokwatt.rated.net_energy', 'The same without idle power.'),
  ratedNetOutputTokens: tokens('tokwatt.rated.net_output_tokens', 'Output tokens'),
  ratedPrefillJoules: joules('tokwatt.rated.prefill_energy', 'Energy until the first content.'),
  ratedPromptTokens: tokens('tokwatt.rated.prompt_tokens', 'Evaluated prompt tokens'),
  ratedDecodeJoules: joules('tokwatt.rated.decode_energy', 'Energy after the first content.'),
  ratedDecodeTokens: tokens('tokwatt.rated.decode_tokens', 'Output tokens after the first'),
};

/** The counters of energy, and of the tokens that belong to it. */
export class EnergyMetrics {
  readonly #whole: Counter;
  readonly #sums: readonly (readonly [keyof EnergySums, Counter])[];

  constructor(meter: Meter) {
    const counter = ({ name, ...about }: Instrument): Counter => meter.createCounter(name, about);
    this.#whole = counter(WHOLE);
    this.#sums = ENERGY_SUMS.map((name) => [name, counter(SUMS[name])] as const);
  }

  /** Counts a finished exchange. Unknown values add nothing. */
  record(record: ActivityRecord, attributes: Attributes): void {
    const put = (counter: Counter, value: number | null): void => {
      if (isAmount(value)) counter.add(value, attributes);
    };
    put(this.#whole, record.energyJoules);
    const sums = energySumsOf(energyFacts(record));
    for (const [name, counter] of this.#sums) put(counter, sums[name]);
  }
}
