import type { State } from '../../shared/snapshot.ts';
import { AlertHistoryLog } from './alerts/alert-history.ts';
import { AlertEngine } from './alerts/engine.ts';
import { AlertPreviews } from './alerts/previews/alert-previews.ts';
import type { Warnings } from './live/warnings.ts';
import type { Log } from './log.ts';
import type { Recorder } from './records/recorder.ts';

interface Parts {
  readonly recorder: Recorder;
  readonly log: Log;
  readonly state: () => State;
  readonly touch: (...slices: readonly (keyof State)[]) => void;
  readonly warnings: Pick<Warnings, 'warn'>;
}

export interface Alerts {
  readonly engine: AlertEngine;
  readonly history: AlertHistoryLog;
  readonly previews: AlertPreviews;
}

/** Wires the alerts: the rules now, those that fired, and what a rule would have said before. */
export function createAlerts({ recorder, log, state, touch, warnings }: Parts): Alerts {
  const history = new AlertHistoryLog(recorder.ledger);
  const stats = () => recorder.stats;
  const engine = new AlertEngine({
    sources: { state, stats },
    ...{ log, history },
    onChange: () => touch('alerts'),
    onWarning: warnings.warn,
  });
  return {
    engine,
    history,
    previews: new AlertPreviews({ ledger: recorder.ledger, state, stats }),
  };
}
