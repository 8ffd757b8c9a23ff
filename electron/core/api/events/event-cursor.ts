import { TokwattError } from '../../errors.ts';

/**
 * A reader's position in the events: the id of the last finished exchange that it received, and the
 * number of the last state, which is valid for one run of the program only.
 */
export interface EventCursor {
  readonly activityId: number;
  readonly run: string;
  readonly seq: number;
}

/** Formats a cursor as the `id` of an event. */
export function formatEventCursor({ activityId, run, seq }: EventCursor): string {
  return `${activityId}-${run}-${seq}`;
}

/** Parses an event's `id`. Throws `bad_request` (400) if it is not one. */
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
