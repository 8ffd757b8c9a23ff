import { useParam } from '../../state/address.ts';
import { choiceText, parseChoice } from './choice-text.ts';
import { firstChoice } from './options.ts';
import type { ModelOption } from './options.ts';
import type { Choice } from './types.ts';

export interface Choices {
  /** Null while there is no model at all. */
  readonly first: Choice | null;
  /** The model that it is compared with, or null. */
  readonly second: Choice | null;
  readonly setFirst: (choice: Choice) => void;
  readonly setSecond: (choice: Choice | null) => void;
}

/** The models that are asked. They live in the address; before a choice it is the default model. */
export function useChoices(options: readonly ModelOption[]): Choices {
  const [model, setModel] = useParam('model', '');
  const [other, setOther] = useParam('with', '');
  return {
    first: parseChoice(model) ?? firstChoice(options),
    second: parseChoice(other),
    setFirst: (choice) => setModel(choiceText(choice), { replace: true }),
    setSecond: (choice) => setOther(choice === null ? null : choiceText(choice), { replace: true }),
  };
}
