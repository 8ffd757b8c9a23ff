import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatBytes, formatElapsed, formatPercent } from '../../../shared/format.ts';
import type { ModelPull } from '../../../shared/model-pulls.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { useSlice } from '../../state/context.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './PullsPanel.module.css';

/** Downloads that run, wait or ended lately. Nothing if there are none. */
export function PullsPanel(): JSX.Element | null {
  const text = useTranslations('models.pulls');
  const pulls = useSlice('pulls');
  if (pulls.length === 0) return null;
  return (
    <Panel title={text('title')}>
      <ul className={css.list}>
        {pulls.map((pull) => (
          <Pull key={pull.id} pull={pull} />
        ))}
      </ul>
    </Panel>
  );
}

function Pull({ pull }: { readonly pull: ModelPull }): JSX.Element {
  const text = useTranslations('models.pulls');
  const say = useSay();
  const { model, upstream, completedBytes, totalBytes } = pull;
  const sizes = text('of', { done: formatBytes(completedBytes), total: formatBytes(totalBytes) });
  const share =
    completedBytes === null || totalBytes === null || totalBytes === 0
      ? null
      : (completedBytes / totalBytes) * 100;
  return (
    <li className={css.pull} data-status={pull.status}>
      <span className={css.name}>
        <LongName>{model}</LongName>
      </span>
      <span className={css.server}>{text('to', { upstream })}</span>
      <div className={css.bar}>
        <Meter
          label={text('progress', { model })}
          percent={share ?? 0}
          text={share === null ? UNKNOWN : `${formatPercent(share)}, ${sizes}`}
        />
      </div>
      <span className={css.figure}>{sizes}</span>
      <span className={css.figure}>{speedOf(pull, text)}</span>
      <span className={css.figure}>{leftOf(pull, text)}</span>
      <Verbs pull={pull} />
      {pull.error !== null && <p className={css.error}>{say(pull.errorSentence, pull.error)}</p>}
      {pull.error === null && pull.status === 'running' && pull.words !== null && (
        <p className={css.words}>{pull.words}</p>
      )}
    </li>
  );
}

type Text = ReturnType<typeof useTranslations<'models.pulls'>>;

function speedOf({ status, bytesPerSecond }: ModelPull, text: Text): string {
  if (status !== 'running') return text(`status.${status}`);
  return bytesPerSecond === null ? UNKNOWN : text('speed', { speed: formatBytes(bytesPerSecond) });
}

function leftOf({ status, secondsLeft }: ModelPull, text: Text): string {
  if (status !== 'running' || secondsLeft === null) return '';
  return text('left', { time: formatElapsed(secondsLeft * 1000) });
}

type Verb = 'pause' | 'resume' | 'cancel' | 'remove';

const VERBS: Readonly<Record<ModelPull['status'], readonly Verb[]>> = {
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  interrupted: ['resume', 'cancel'],
  failed: ['resume', 'remove'],
  cancelled: ['resume', 'remove'],
  done: ['remove'],
};

function Verbs({ pull }: { readonly pull: ModelPull }): JSX.Element {
  return (
    <span className={css.verbs}>
      {VERBS[pull.status].map((verb) => (
        <VerbButton key={verb} pull={pull} verb={verb} />
      ))}
    </span>
  );
}

function VerbButton({
  pull: { id, model },
  verb,
}: {
  readonly pull: ModelPull;
  readonly verb: Verb;
}): JSX.Element {
  const text = useTranslations('models.pulls');
  const api = useApi();
  const { problem, run } = useAction(async () => {
    if (verb === 'remove') await api.send('DELETE', `/models/pulls/${id}`);
    else await api.send('POST', `/models/pulls/${id}/${verb}`);
  });
  return (
    <>
      <button
        type="button"
        className={css.verb}
        aria-label={text(`${verb}Of`, { model })}
        onClick={run}
      >
        {text(verb)}
      </button>
      {problem !== null && <span role="alert">{problem}</span>}
    </>
  );
}
