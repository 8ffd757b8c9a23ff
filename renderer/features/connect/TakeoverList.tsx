import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Takeover } from '../../../shared/takeover.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useApiData } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import css from './connect.module.css';
import { TakeoverActions } from './TakeoverActions.tsx';
import { TakeoverCommands } from './TakeoverCommands.tsx';

const EVERY_MS = 10_000;
/** While a server moves, which is to be seen at once. */
const WAITING_MS = 1_000;

/** The ports of the servers: which can be taken over, are awaited, and are held. */
export function TakeoverList(): JSX.Element {
  const text = useTranslations('connect.takeover');
  const [everyMs, setEveryMs] = useState(EVERY_MS);
  const answer = useApiData<{ takeovers: readonly Takeover[] }>('/takeovers', {}, { everyMs });
  const isWaiting = answer.data?.takeovers.some(({ status }) => status === 'waiting') ?? false;
  const wantedMs = isWaiting ? WAITING_MS : EVERY_MS;
  if (wantedMs !== everyMs) setEveryMs(wantedMs);
  return (
    <Loaded result={answer}>
      {({ takeovers }) => (
        <>
          <ul className={css.found}>
            {takeovers.map((takeover) => (
              <TakeoverRow key={takeover.upstream} takeover={takeover} />
            ))}
          </ul>
          {takeovers.some(({ status }) => status === 'held') && (
            <p className={css.note}>{text('uninstall')}</p>
          )}
        </>
      )}
    </Loaded>
  );
}

function TakeoverRow({ takeover }: { readonly takeover: Takeover }): JSX.Element {
  const text = useTranslations('connect.takeover');
  const { upstream, status, note, noteSentence, plan } = takeover;
  const say = useSay();
  const [isShown, setShown] = useState(false);
  const isOpen = plan !== null && (isShown || status === 'waiting');
  return (
    <li className={css.takeover}>
      <div className={css.row}>
        <span className={css.serverName}>{upstream}</span>
        <span role="status" className={css.serverUrl}>
          <StatusLine takeover={takeover} />
        </span>
        {plan !== null && status !== 'waiting' && (
          <Button
            onClick={() => setShown(!isShown)}
            label={isShown ? text('hide') : text('showFor', { name: upstream })}
          >
            {text(isShown ? 'hide' : 'show')}
          </Button>
        )}
      </div>
      {note !== null && plan !== null && (
        <p role="alert" className={css.problem}>
          {say(noteSentence, note)}
        </p>
      )}
      {isOpen && (
        <>
          <TakeoverCommands plan={plan} isHeld={status === 'held'} />
          <TakeoverActions takeover={takeover} plan={plan} />
        </>
      )}
    </li>
  );
}

function StatusLine({
  takeover: { status, waitsFor, note, noteSentence, plan },
}: {
  readonly takeover: Takeover;
}): JSX.Element {
  const text = useTranslations('connect.takeover');
  const say = useSay();
  if (plan === null || status === 'impossible') return <>{say(noteSentence, note ?? '')}</>;
  const ports = { port: String(plan.port), serverPort: String(plan.serverPort) };
  if (status === 'waiting')
    return <>{text('waiting', { waits: waitsFor ?? 'server', ...ports })}</>;
  return <>{status === 'held' ? text('held', ports) : text('possible', { port: ports.port })}</>;
}
