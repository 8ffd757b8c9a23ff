import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { JSX, RefObject } from 'react';
import { createPortal } from 'react-dom';
import type { TokenPrompt, TokenQuestion } from '../../client/token-prompt.ts';
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
  const [token, setToken] = useState('');
  const file = useTokenFile();
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isChecking) void prompt.answer(token);
      }}
    >
      <h2 id="token-title" className={css.title}>
        API token
      </h2>
      <WhereTokenIs file={file} />
      <Field
        label="Token"
        kind="secret"
        value={token}
        onChange={setToken}
        problem={problem}
        hint="Kept in this tab until it is closed."
        focused
      />
      <div className={css.actions}>
        <Button onClick={prompt.dismiss}>Cancel</Button>
        <Button disabled={token.trim() === ''}>{isChecking ? 'Checking…' : 'Continue'}</Button>
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

function WhereTokenIs({ file }: { readonly file: string | null }): JSX.Element {
  return (
    <p className={css.text}>
      {file === null
        ? 'This Tokwatt can be reached from other machines, so it asks who is there. Its token is in the file '
        : 'Changing something takes Tokwatt’s token. It is in the file '}
      <code className={css.file}>{file ?? 'api-token'}</code>
      {file === null && ' in its data folder'}, and in the desktop application’s settings.
    </p>
  );
}
