import { useState } from 'react';
import type { JSX } from 'react';
import type { Settings } from '../../../shared/settings.ts';
import { ALTERNATIVES, CONTROLS } from './catalogue.ts';
import type { Control, SettingPath } from './catalogue.ts';
import { isText, textOf, valueOf } from './control-values.ts';
import { ControlInput } from './controls/ControlInput.tsx';
import { patchAt, patchOfOne, valueAt } from './document.ts';
import { useEditable } from './page-context.tsx';
import { otherProblems, problemAt } from './problems.ts';
import { SettingNotes } from './SettingNotes.tsx';
import css from './settings.module.css';
import { useChange } from './use-change.ts';
import { useWords } from './words.ts';

/**
 * One setting that applies at once: a switch or a choice when it is changed, a field when it is left or
 * the Enter key is pressed. An emptied field restores the default.
 */
export function SettingRow({ path }: { readonly path: SettingPath }): JSX.Element {
  const { view } = useEditable();
  const saved = valueAt(view.settings, path);
  const { problem, change, edited } = useChange();
  const { label } = useWords()(path);
  const control: Control = CONTROLS[path];
  const [text, setText] = useSavedText(textOf(control, saved));
  const shown = isText(control) ? text : saved;
  const commit = (): void => {
    const value = valueOf(control, text);
    if (text !== textOf(control, saved))
      void change(patchOfOne(path, value ?? null, ALTERNATIVES), label);
  };
  const onChange = (value: unknown): void => {
    edited();
    if (isText(control)) setText(String(value));
    else void change(patchAt(path, value), label);
  };
  return (
    <div className={css.setting} data-setting={path}>
      <ControlInput
        path={path}
        value={shown}
        onChange={onChange}
        onCommit={commit}
        problem={problemAt(problem, path) ?? otherProblems(problem, [path])}
      />
      {!path.includes('.') && <SettingNotes view={view} settings={[path as keyof Settings]} />}
    </div>
  );
}

/** Text that is edited. It follows the saved one when that changes, here or elsewhere. */
function useSavedText(saved: string): [string, (text: string) => void] {
  const [text, setText] = useState(saved);
  const [shown, setShown] = useState(saved);
  if (shown !== saved) {
    setShown(saved);
    setText(saved);
  }
  return [text, setText];
}
