import type { SystemSleep } from './core-contract.ts';
import type { Log } from './log.ts';
import type { Pause } from './pause.ts';
import type { Recorder } from './records/recorder.ts';
import type { Upstreams } from './upstreams.ts';

interface SleepNeeds {
  readonly recorder: Pick<Recorder, 'save'>;
  readonly pause: Pick<Pause, 'resumeIfDue'>;
  readonly upstreams: Pick<Upstreams, 'reconnect'>;
  readonly log: Log;
}

/**
 * Stores everything before a sleep, from which a machine with an empty battery does not wake. After it, timers have
 * missed time and other machines have forgotten connections, so both are checked.
 */
export function systemSleep({ recorder, pause, upstreams, log }: SleepNeeds): SystemSleep {
  return {
    async suspend() {
      try {
        await recorder.save();
        log.info({}, 'the system goes to sleep; everything measured is stored');
      } catch (error) {
        log.warn({ error: String(error) }, 'not everything was stored before the sleep');
      }
    },
    resume() {
      log.info({}, 'the system is awake again');
      pause.resumeIfDue();
      upstreams.reconnect();
    },
  };
}
