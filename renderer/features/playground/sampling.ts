import { NO_SAMPLING } from '../../../shared/sampling.ts';
import type { Sampling } from '../../../shared/sampling.ts';
import { EMPTY_SETUP, SAMPLING_FIELDS, THINKING } from './types.ts';
import type { SamplingField, Setup, Thinking } from './types.ts';

/** The least and most of each parameter that any server takes, and whether it is a whole number. */
export const LIMITS: Readonly<
  Record<SamplingField, { readonly min: number; readonly max: number; readonly isWhole: boolean }>
> = {
  temperature: { min: 0, max: 5, isWhole: false },
  topP: { min: 0, max: 1, isWhole: false },
  topK: { min: 0, max: 1_000_000, isWhole: true },
  maxTokens: { min: 1, max: 10_000_000, isWhole: true },
  seed: { min: -1, max: 4_294_967_295, isWhole: true },
  context: { min: 1, max: 100_000_000, isWhole: true },
};

/** The number in a field; null if it is empty, undefined if it is none that fits. */
export function valueOf(field: SamplingField, typed: string): number | null | undefined {
  const text = typed.trim().replace(',', '.');
  if (text === '') return null;
  const { min, max, isWhole } = LIMITS[field];
  const value = Number(text);
  const fits = value >= min && value <= max && (!isWhole || Number.isInteger(value));
  return fits ? value : undefined;
}

/** The fields that hold no number that fits. */
export function wrongFields({ sampling }: Setup): readonly SamplingField[] {
  return SAMPLING_FIELDS.filter((field) => valueOf(field, sampling[field]) === undefined);
}

/** The parameters as `POST /chat` takes them, without those left to the server. */
export function samplingBody({ sampling, thinking }: Setup): Record<string, unknown> {
  const given = (field: SamplingField, name: string): Record<string, number> => {
    const value = valueOf(field, sampling[field]);
    return value === null || value === undefined ? {} : { [name]: value };
  };
  const think = thinking === 'on' ? true : thinking === 'off' ? false : thinking;
  return {
    ...given('temperature', 'temperature'),
    ...given('topP', 'topP'),
    ...given('maxTokens', 'maxTokens'),
    ...(think === 'default' ? {} : { think }),
    options: {
      ...given('topK', 'top_k'),
      ...given('seed', 'seed'),
      ...given('context', 'num_ctx'),
    },
  };
}

/** The fields of a request's recorded parameters. */
export function setupOf(recorded: Sampling | null, system: string): Setup {
  const { reasoningEffort, ...given } = recorded ?? NO_SAMPLING;
  const typed = (value: number | null): string => (value === null ? '' : String(value));
  const thinking = THINKING.find((each): each is Thinking => each === reasoningEffort);
  return {
    system,
    sampling: {
      ...EMPTY_SETUP.sampling,
      temperature: typed(given.temperature),
      topP: typed(given.topP),
      topK: typed(given.topK),
      maxTokens: typed(given.maxTokens),
      seed: typed(given.seed),
      context: typed(given.contextLength),
    },
    thinking: thinking ?? 'default',
  };
}
