import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useReason } from '../../../i18n/use-sentences.ts';
import { isCancelled } from '../../../state/action.ts';
import { useBridge } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import css from '../settings.module.css';

type Phase = 'idle' | 'asking' | 'busy' | 'done';

/** Replaces the token after the user has confirmed it. */
export function Rotation({ onDone }: { readonly onDone: () => void }): JSX.Element {
  const text = useTranslations('settings.api');
  const { phase, setPhase, problem, rotate } = useRotation(onDone);
  const [wasAsked, setWasAsked] = useState(false);
  if (phase === 'asking' || phase === 'busy') {
    return <Confirm isBusy={phase === 'busy'} onConfirm={rotate} onKeep={() => setPhase('idle')} />;
  }
  return (
    <>
      <Button
        plain
        focused={wasAsked}
        onClick={() => {
          setWasAsked(true);
          setPhase('asking');
        }}
      >
        {text('replace')}
      </Button>
      <span role="status" className={css.soft}>
        {phase === 'done' && text('replaced')}
      </span>
      {problem !== null && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
    </>
  );
}

interface RotationState {
  readonly phase: Phase;
  readonly setPhase: (phase: Phase) => void;
  readonly problem: string | null;
  readonly rotate: () => void;
}

function useRotation(onDone: () => void): RotationState {
  const bridge = useBridge();
  const reason = useReason();
  const [phase, setPhase] = useState<Phase>('idle');
  const [problem, setProblem] = useState<string | null>(null);
  const rotate = (): void => {
    setPhase('busy');
    setProblem(null);
    bridge.call('rotateApiToken', undefined).then(
      () => {
        setPhase('done');
        onDone();
      },
      (error: unknown) => {
        setPhase('idle');
        setProblem(isCancelled(error) ? null : reason(error));
      },
    );
  };
  return { phase, setPhase, problem, rotate };
}

function Confirm({
  isBusy,
  onConfirm,
  onKeep,
}: {
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onKeep: () => void;
}): JSX.Element {
  const text = useTranslations('settings.api');
  return (
    <div className={css.confirm} role="group" aria-label={text('replaceTitle')}>
      <p>{text('replaceText')}</p>
      <div className={css.submit}>
        <Button onClick={onConfirm} disabled={isBusy}>
          {text('replaceTitle')}
        </Button>
        <Button plain focused onClick={onKeep}>
          {text('keep')}
        </Button>
      </div>
    </div>
  );
}
