import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { JSX, ReactNode, RefObject } from 'react';
import { createPortal } from 'react-dom';
import { useTranslations } from 'use-intl';
import type { TokenPrompt, TokenQuestion } from '../../client/token-prompt.ts';
import { useMessage } from '../../i18n/use-sentences.ts';
import { useTokenFile } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import css from './TokenDialog.module.css';

/** Asks the user for the API token when it is needed. */
export function TokenDialog({ prompt }: { readonly prompt: TokenPrompt }): JSX.Element | null {
  const question = useSyncExternalStore(prompt.subscribe, prompt.question);
  return question === null ? null : <Open prompt={prompt} question={question} />;
}

interface OpenProps {
  readonly prompt: TokenPrompt;
  readonly question: TokenQuestion;
}

function Open({ prompt, question }: OpenProps): JSX.Element {
  const dialog = useModal();
  // Another open dialog makes the page below it inert. The attribute keeps it from doing so with this one.
  return createPortal(
    <dialog
      ref={dialog}
      className={css.dialog}
      aria-labelledby="token-title"
      onClose={prompt.dismiss}
      data-react-aria-top-layer="true"
    >
      <TokenForm prompt={prompt} question={question} />
    </dialog>,
    document.body,
  );
}

function TokenForm({ prompt, question: { problem, isChecking } }: OpenProps): JSX.Element {
  const text = useTranslations('frame.token');
  const [token, setToken] = useState('');
  const file = useTokenFile();
  const message = useMessage();
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isChecking) void prompt.answer(token);
      }}
    >
      <h2 id="token-title" className={css.title}>
        {text('title')}
      </h2>
      <WhereTokenIs file={file} />
      <Field
        label={text('label')}
        kind="secret"
        value={token}
        onChange={setToken}
        problem={problem === null ? null : message(problem)}
        hint={text('hint')}
        focused
      />
      <div className={css.actions}>
        <Button onClick={prompt.dismiss}>{text('cancel')}</Button>
        <Button disabled={token.trim() === ''}>{text(isChecking ? 'checking' : 'continue')}</Button>
      </div>
    </form>
  );
}

/** Opens the dialog, and later returns the focus to the element that had it before. */
function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return dialog;
}

/** `file` is null while the state is unknown: from other machines, reading it takes the token too. */
function WhereTokenIs({ file }: { readonly file: string | null }): JSX.Element {
  const text = useTranslations('frame.token');
  const asFile = {
    file: (path: ReactNode): JSX.Element => <code className={css.file}>{path}</code>,
  };
  return (
    <p className={css.text}>
      {file === null ? text.rich('remote', asFile) : text.rich('change', { path: file, ...asFile })}
    </p>
  );
}
