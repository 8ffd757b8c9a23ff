import type { CancelledExchange } from '../../shared/live-exchange.ts';
import { sentence } from '../../shared/sentences.ts';
import { TokwattError } from './errors.ts';
import type { Meter } from './meter/meter.ts';
import type { RunningExchanges } from './proxy/cancel.ts';

/**
 * Cancels an exchange in flight: the request to the server ends at once, and the client gets an
 * error. Throws `not_in_flight` (404) if there is none with this id, and `finished` (409) if it has
 * just ended and its row is being written.
 */
export function cancelExchange(
  id: string,
  meter: Pick<Meter, 'headOf'>,
  running: Pick<RunningExchanges, 'cancel'>,
): CancelledExchange {
  const head = meter.headOf(id);
  if (head === null) {
    const message = sentence('not_in_flight', { id: id.slice(0, 100) });
    throw new TokwattError('not_in_flight', message, { status: 404 });
  }
  const notice = running.cancel(head);
  if (notice === null) {
    const message = sentence('just_ended', { id });
    throw new TokwattError('finished', message, { status: 409 });
  }
  return { id, notice };
}
