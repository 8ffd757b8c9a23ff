import type { JSX, ReactNode } from 'react';
import { Panel } from '../../ui/Panel.tsx';
import type { SettingPath } from './catalogue.ts';
import { SettingRow } from './SettingRow.tsx';
import css from './settings.module.css';

/** Settings that belong together, under a title. */
export function Group({
  title,
  note,
  children,
}: {
  /** None if the section has only this group. */
  readonly title?: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}): JSX.Element {
  const body = (
    <div className={css.body}>
      {note !== undefined && <p className={css.note}>{note}</p>}
      {children}
    </div>
  );
  return title === undefined ? (
    <div className={css.untitled}>{body}</div>
  ) : (
    <Panel title={title}>{body}</Panel>
  );
}

/** Several settings that apply at once. */
export function Rows({ paths }: { readonly paths: readonly SettingPath[] }): JSX.Element {
  return (
    <>
      {paths.map((path) => (
        <SettingRow key={path} path={path} />
      ))}
    </>
  );
}

/** A list of names and values. Its children are {@link Fact}s. */
export function Facts({ children }: { readonly children: ReactNode }): JSX.Element {
  return <dl className={css.facts}>{children}</dl>;
}

export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className={css.fact}>
      <dt className={css.factName}>{name}</dt>
      <dd className={css.factValue}>{children}</dd>
    </div>
  );
}

/** Why something failed; nothing for null. Screen readers announce it when it appears. */
export function Problem({ line }: { readonly line: string | null }): JSX.Element | null {
  if (line === null) return null;
  return (
    <p role="alert" className={css.problem}>
      {line}
    </p>
  );
}
