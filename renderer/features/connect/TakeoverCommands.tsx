import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { TakeoverPlan, TakeoverStep } from '../../../shared/takeover.ts';
import { useBridge } from '../../state/context.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import css from './connect.module.css';

/** The commands that move a server, and the way back. Once the port is held, only the latter. */
export function TakeoverCommands({
  plan,
  isHeld,
}: {
  readonly plan: TakeoverPlan;
  readonly isHeld: boolean;
}): JSX.Element {
  const text = useTranslations('connect.takeover');
  const { port, serverPort, installation } = plan;
  const readsVariable = installation === 'macos' || installation === 'windows';
  return (
    <div className={css.servers}>
      {!isHeld && (
        <Steps title={text('steps', { serverPort: String(serverPort) })} steps={plan.steps} />
      )}
      <Steps
        title={isHeld ? text('undoNow', { port: String(port) }) : text('undo')}
        steps={plan.undo}
      />
      {!isHeld && readsVariable && <p className={css.note}>{text('ownTools')}</p>}
    </div>
  );
}

function Steps({
  title,
  steps,
}: {
  readonly title: string;
  readonly steps: readonly TakeoverStep[];
}): JSX.Element {
  const text = useTranslations('connect.takeover');
  const { platform } = useBridge();
  const newline = platform === 'win32' ? '\r\n' : '\n';
  const all = steps.flatMap(({ commands }) => commands).join(newline);
  return (
    <section className={css.detail} aria-label={title}>
      <div className={css.actions}>
        <h3>{title}</h3>
        {all !== '' && <CopyButton text={all} label={text('copy', { name: title })} />}
      </div>
      {steps.map(({ kind, commands }, index) => (
        <div key={`${kind}${index}`} className={css.step}>
          <p className={css.place}>{text(`kinds.${kind}`)}</p>
          {commands.length > 0 && (
            <pre className={css.commands} tabIndex={0} aria-label={text(`kinds.${kind}`)}>
              {commands.join('\n')}
            </pre>
          )}
        </div>
      ))}
    </section>
  );
}
