import { TokwattError } from '../../errors.ts';

/**
 * How far a reader of the events has come: the id of the last finished exchange it was told, and the
 * number of the last state, which counts for one run of the program only.
 */
export interface EventCursor {
  readonly activityId: number;
  readonly run: string;
  readonly seq: number;
}

/** As the `id` of an event. */
export function formatEventCursor({ activityId, run, seq }: EventCursor): string {
  return `${activityId}-${run}-${seq}`;
}

/** Throws `bad_request` (400) for what is no id of these events. */
export function parseEventCursor(id: string): EventCursor {
  const [, activityId, run, seq] = /^(\d{1,15})-([0-9a-z]{1,12})-(\d{1,15})$/.exec(id) ?? [];
  if (activityId === undefined || run === undefined || seq === undefined) {
    throw new TokwattError(
      'bad_request',
      'last_event_id: this is no id of these events; leave it out to begin with what is now.',
      { status: 400 },
    );
  }
  return { activityId: Number(activityId), run, seq: Number(seq) };
}
