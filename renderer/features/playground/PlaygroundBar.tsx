import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { startOver } from './conversation.ts';
import { KeptDialog } from './KeptDialog.tsx';
import { conversationText } from './messages.ts';
import { ModelChoice } from './ModelChoice.tsx';
import type { ModelOption } from './options.ts';
import { playground, usePlayground } from './store.ts';
import type { Choices } from './use-choices.ts';

interface BarProps {
  readonly options: readonly ModelOption[];
  readonly choices: Choices;
  /** The button for the parameters, where they do not stand beside the conversation. */
  readonly setup: { readonly isOpen: boolean; readonly toggle: () => void } | null;
}

/** Which models are asked, and what is done with the whole conversation. */
export function PlaygroundBar({ options, choices, setup }: BarProps): JSX.Element {
  const text = useTranslations('playground');
  const [isKeptOpen, setKeptOpen] = useState(false);
  const openKept = (): void => setKeptOpen(true);
  return (
    <Toolbar end={<End setup={setup} openKept={openKept} />}>
      <ModelChoice
        label={text('model')}
        options={options}
        choice={choices.first}
        onChange={choices.setFirst}
      />
      <SecondModel options={options} choices={choices} />
      <KeptDialog isOpen={isKeptOpen} onClose={() => setKeptOpen(false)} />
    </Toolbar>
  );
}

function SecondModel({
  options,
  choices: { first, second, setSecond },
}: Pick<BarProps, 'options' | 'choices'>): JSX.Element {
  const text = useTranslations('playground');
  if (second === null) {
    // The next in the list; the same model again where it is the only one, which shows how far
    // figures differ by chance.
    const other = options.find(({ model }) => model !== first?.model) ?? first;
    return (
      <Button disabled={other === null} onClick={() => other !== null && setSecond(other)}>
        {text('compare')}
      </Button>
    );
  }
  return (
    <>
      <ModelChoice
        label={text('otherModel')}
        options={options}
        choice={second}
        onChange={setSecond}
      />
      <Button onClick={() => setSecond(null)}>{text('stopComparing')}</Button>
    </>
  );
}

function End({
  setup,
  openKept,
}: Pick<BarProps, 'setup'> & { readonly openKept: () => void }): JSX.Element {
  const text = useTranslations('playground');
  const notify = useNotify();
  const copyText = useCopy();
  const isEmpty = usePlayground(({ conversation }) => conversation.turns.length === 0);
  const copy = (): void => copyText(conversationText(playground.get().conversation.turns));
  return (
    <>
      {setup !== null && <Button onClick={setup.toggle}>{text('parameters')}</Button>}
      <Button disabled={isEmpty} onClick={() => notify(text('startedOver'), startOver())}>
        {text('newChat')}
      </Button>
      <MenuButton
        label={text('more')}
        entries={[
          { id: 'kept', title: text('kept.title'), run: openKept },
          { id: 'copy', title: text('copyAll'), run: copy, isDisabled: isEmpty },
        ]}
      />
    </>
  );
}
