import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AppUpdateState, FoundUpdate } from '../../../../shared/app-update.ts';
import { foreignText } from '../../../../shared/foreign-name.ts';
import { formatBytes, formatMoment, formatPercent } from '../../../../shared/format.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useAppUpdates } from '../../../state/app-update.ts';
import type { AppUpdates } from '../../../state/app-update.ts';
import { useNow } from '../../../state/clock.ts';
import { useBridge, useSlice } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Problem } from '../Section.tsx';
import css from './AppUpdate.module.css';

/** What is known of updates of this desktop, and what can be done. */
export function AppUpdate(): JSX.Element | null {
  const text = useTranslations('appUpdate');
  const { platform } = useBridge();
  const updates = useAppUpdates();
  const { mode, update, isKnown } = { ...updates, mode: useSlice('app').updateMode };
  if (platform === 'web') return <p className={css.soft}>{text('notInBrowser')}</p>;
  if (!isKnown) return null;
  if (update === null) return <p className={css.soft}>{text('fromSource')}</p>;
  return (
    <div className={css.update}>
      <p className={css.soft}>{text(`consequence.${mode}`, { source: update.source })}</p>
      {!update.replacesItself && (
        <p className={css.soft}>{text('byCommand', { kind: text(`kinds.${update.kind}`) })}</p>
      )}
      <Known updates={{ ...updates, update }} />
    </div>
  );
}

type KnownUpdates = AppUpdates & { readonly update: AppUpdateState };

function Known({ updates }: { readonly updates: KnownUpdates }): JSX.Element {
  const { update } = updates;
  const say = useSay();
  const { step, found, message, messageSentence } = update;
  return (
    <>
      <p role="status" className={css.state}>
        <StateText update={update} />
      </p>
      <Problem line={message === null ? null : say(messageSentence, message)} />
      {step === 'found' && !update.replacesItself && found !== null && <Manual found={found} />}
      <Actions updates={updates} />
      {found !== null && found.notes !== null && <Notes notes={found.notes} />}
    </>
  );
}

function StateText({ update }: { readonly update: AppUpdateState }): JSX.Element {
  const text = useTranslations('appUpdate.state');
  const { version: own } = useSlice('app');
  const now = useNow(false);
  const { step, found, checkedAt, progress } = update;
  if (step === 'checking' || step === 'restarting') return <>{text(step)}</>;
  if (found === null) {
    if (checkedAt === null) return <>{text('never')}</>;
    return <>{text('current', { version: own, time: formatMoment(checkedAt, now) })}</>;
  }
  const version = foreignText(found.version);
  if (step === 'ready') return <>{text('ready', { version })}</>;
  if (step === 'downloading') {
    if (progress === null) return <>{text('starting', { version })}</>;
    return <>{text('downloading', { version, part: formatPercent(progress * 100) })}</>;
  }
  if (found.bytes === null || !update.replacesItself) return <>{text('found', { version })}</>;
  return <>{text('foundSize', { version, size: formatBytes(found.bytes) })}</>;
}

function Actions({ updates: { update, act } }: { readonly updates: KnownUpdates }): JSX.Element {
  const text = useTranslations('appUpdate');
  const { step, replacesItself } = update;
  const isBusy = step === 'checking' || step === 'downloading' || step === 'restarting';
  return (
    <div className={css.actions}>
      {step === 'ready' && <Button onClick={() => act('restart')}>{text('restart')}</Button>}
      {step === 'found' && replacesItself && (
        <Button onClick={() => act('download')}>{text('download')}</Button>
      )}
      <Button onClick={() => act('check')} disabled={isBusy}>
        {text('check')}
      </Button>
      {step === 'ready' && <span className={css.soft}>{text('asking')}</span>}
    </div>
  );
}

/** The command for what Tokwatt does not replace. */
function Manual({ found: { command } }: { readonly found: FoundUpdate }): JSX.Element {
  const text = useTranslations('appUpdate');
  if (command === null) return <p className={css.soft}>{text('otherWay')}</p>;
  return (
    <div>
      <p className={css.soft}>{text('run')}</p>
      <span className={css.command}>
        <code>{command}</code>
        <CopyButton text={command} label={text('copyCommand')} />
      </span>
    </div>
  );
}

/** Text of a server: it is shown as it is, with what cannot be seen made visible. */
function Notes({ notes }: { readonly notes: string }): JSX.Element {
  const text = useTranslations('appUpdate');
  return (
    <details className={css.notes} open>
      <summary>{text('notes')}</summary>
      <p className={css.notesText}>{foreignText(notes)}</p>
    </details>
  );
}
