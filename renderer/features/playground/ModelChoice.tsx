import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { ComboBox } from '../../ui/ComboBox.tsx';
import type { ComboBoxOption } from '../../ui/ComboBox.tsx';
import { choiceId } from './options.ts';
import type { ModelOption } from './options.ts';
import type { Choice } from './types.ts';

/** A choice of one of the models; loaded ones come first. */
export function ModelChoice({
  label,
  options,
  choice,
  onChange,
}: {
  readonly label: string;
  readonly options: readonly ModelOption[];
  readonly choice: Choice | null;
  readonly onChange: (choice: Choice) => void;
}): JSX.Element {
  const text = useTranslations('playground');
  const listed = useListed(options, choice);
  const chosen = choice === null ? null : choiceId(choice);
  return (
    <ComboBox
      // An input's text is set when it appears, and again by a choice from elsewhere.
      key={chosen}
      label={label}
      isLabelHidden
      options={listed}
      value={chosen}
      onChange={(id) => {
        const [model, upstream] = JSON.parse(id) as [string, string | null];
        onChange({ model, upstream });
      }}
      placeholder={text('choose')}
      none={text('noFit')}
    />
  );
}

/** The options as they are listed, with the chosen one. */
function useListed(
  options: readonly ModelOption[],
  choice: Choice | null,
): readonly ComboBoxOption[] {
  const text = useTranslations('playground');
  const hintOf = ({ upstream, isLoaded, isInstalled }: ModelOption): string => {
    const state = isLoaded ? text('loaded') : isInstalled === false ? text('notInstalled') : '';
    if (upstream === null) return state;
    return state === '' ? upstream : text('at', { upstream, state });
  };
  const listed = options.map((option) => ({
    id: option.id,
    label: option.model,
    hint: hintOf(option),
  }));
  if (choice === null || listed.some(({ id }) => id === choiceId(choice))) return listed;
  // A model from an address or a replayed request may be gone; the server says so when asked.
  const { model, upstream } = choice;
  return [
    { id: choiceId(choice), label: model, hint: upstream ?? text('notInstalled') },
    ...listed,
  ];
}
