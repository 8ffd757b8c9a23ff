import { useCallback, useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelsOverview } from '../../../shared/models-view.ts';
import { useParam } from '../../state/address.ts';
import { useApi, useApiData } from '../../state/api.tsx';
import { useMedia } from '../../ui/media.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { Announcer } from './Announcer.tsx';
import { stopAllAnswers } from './chats.ts';
import { Composer } from './Composer.tsx';
import { editQuestion, regenerate, sendQuestion } from './conversation.ts';
import { ConversationView } from './ConversationView.tsx';
import { keepConversations } from './kept.ts';
import { modelOptions } from './options.ts';
import type { ModelOption } from './options.ts';
import { PlaygroundBar } from './PlaygroundBar.tsx';
import { ReplayNote } from './ReplayNote.tsx';
import { wrongFields } from './sampling.ts';
import { SetupPanel } from './SetupPanel.tsx';
import { usePlayground } from './store.ts';
import { isRunning } from './types.ts';
import { useChoices } from './use-choices.ts';
import type { Choices } from './use-choices.ts';
import { useFollow } from './use-follow.ts';
import css from './Playground.module.css';

/** How often the list of models is read again, milliseconds. */
const MODELS_MS = 15_000;
const WIDE = '(min-width: 1100px)';

/** Chat with any model through the proxy, with the figures of each answer beside it. */
export function Playground(): JSX.Element {
  const overview = useApiData<ModelsOverview>('/models/overview', {}, { everyMs: MODELS_MS });
  useEffect(() => keepConversations(), []);
  return (
    <div className={css.whole}>
      <Loaded result={overview}>{({ models }) => <Chat options={modelOptions(models)} />}</Loaded>
    </div>
  );
}

function Chat({ options }: { readonly options: readonly ModelOption[] }): JSX.Element {
  const choices = useChoices(options);
  const [from] = useParam('from', null);
  const setup = usePlayground(({ conversation }) => conversation.setup);
  const isWide = useMedia(WIDE);
  const [isSetupOpen, setSetupOpen] = useState(false);
  return (
    <div className={css.page}>
      <PlaygroundBar
        options={options}
        choices={choices}
        setup={isWide ? null : { isOpen: isSetupOpen, toggle: () => setSetupOpen(!isSetupOpen) }}
      />
      {from !== null && <ReplayNote id={from} onModel={choices.setFirst} />}
      <div className={css.columns}>
        <div className={css.chat}>
          {!isWide && isSetupOpen && <SetupPanel setup={setup} />}
          <Talk choices={choices} hasModels={options.length > 0} />
        </div>
        {isWide && (
          <div className={css.side}>
            <SetupPanel setup={setup} />
          </div>
        )}
      </div>
    </div>
  );
}

/** The conversation, and where the next message is written. */
function Talk({
  choices,
  hasModels,
}: {
  readonly choices: Choices;
  readonly hasModels: boolean;
}): JSX.Element {
  const turns = usePlayground(({ conversation }) => conversation.turns);
  const draft = usePlayground((state) => state.draft);
  const end = useRef<HTMLDivElement>(null);
  const isAnswering = turns.some(({ answers }) => answers.some(isRunning));
  const obstacle = useObstacle(choices);
  const { send, again, edit } = useActions(choices);
  useStopKey(isAnswering);
  useFollow(end, turns, turns.length);
  return (
    <>
      <ConversationView turns={turns} hasModels={hasModels} onAgain={again} onEdit={edit} />
      <Composer
        draft={draft}
        isAnswering={isAnswering}
        obstacle={obstacle}
        onSend={send}
        onStop={stopAllAnswers}
      />
      <div ref={end}>
        <Announcer turn={turns.at(-1)} />
      </div>
    </>
  );
}

/** Why nothing can be sent; null if it can. */
function useObstacle({ first }: Choices): string | null {
  const text = useTranslations('playground');
  const wrong = wrongFields(usePlayground(({ conversation }) => conversation.setup));
  if (first === null) return text('composer.noModel');
  if (wrong.length === 0) return null;
  return text('composer.wrong', {
    names: wrong.map((field) => text(`setup.${field}`)).join(', '),
  });
}

interface Actions {
  readonly send: (question: Parameters<typeof sendQuestion>[1]) => void;
  readonly again: (turnId: string) => void;
  readonly edit: (turnId: string) => void;
}

/** They stay the same, so that turns that did not change are not drawn again. */
function useActions({ first, second, setFirst }: Choices): Actions {
  const api = useApi();
  const notify = useNotify();
  const text = useTranslations('playground.turn');
  const latest = useRef<Actions>(null);
  const chosen = [first, second].filter((choice) => choice !== null);
  useEffect(() => {
    latest.current = {
      send: (question) => {
        // Which model is the first of the list may change, but not in a conversation.
        if (first !== null) setFirst(first);
        void sendQuestion(api, question, chosen);
      },
      again: (turnId) => {
        if (chosen.length > 0) void regenerate(api, turnId, chosen);
      },
      edit: (turnId) => notify(text('edited'), editQuestion(turnId)),
    };
  });
  return {
    send: useCallback<Actions['send']>((question) => latest.current?.send(question), []),
    again: useCallback<Actions['again']>((turnId) => latest.current?.again(turnId), []),
    edit: useCallback<Actions['edit']>((turnId) => latest.current?.edit(turnId), []),
  };
}

/** Esc stops the answers, unless it closes something that is open. */
function useStopKey(isAnswering: boolean): void {
  useEffect(() => {
    if (!isAnswering) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      const isTaken =
        event.defaultPrevented || document.querySelector('[role=dialog], [role=listbox]') !== null;
      if (event.key === 'Escape' && !isTaken) stopAllAnswers();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isAnswering]);
}
