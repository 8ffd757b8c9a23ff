import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useReason } from '../../../i18n/use-sentences.ts';
import { useBridge } from '../../../state/context.tsx';
import { Toggle } from '../../../ui/Toggle.tsx';

/** Whether the system starts Tokwatt at login. The system has the value, so it is read each time the page opens. */
export function StartAtLogin(): JSX.Element | null {
  const text = useTranslations('settings.startAtLogin');
  const bridge = useBridge();
  const reason = useReason();
  const [isOn, setOn] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const fail = (error: unknown): void => setProblem(text('failed', { reason: reason(error) }));
  useEffect(() => {
    let isCurrent = true;
    bridge.call('getStartAtLogin', undefined).then(
      (value) => isCurrent && setOn(value),
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [bridge]);
  const change = (wish: boolean): void => {
    setProblem(null);
    bridge.call('setStartAtLogin', wish).then(setOn, fail);
  };
  if (isOn === null) return null;
  return (
    <Toggle
      label={text('label')}
      hint={text('hint')}
      isOn={isOn}
      onChange={change}
      problem={problem}
    />
  );
}
