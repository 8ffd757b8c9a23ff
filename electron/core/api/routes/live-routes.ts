import { Hono } from 'hono';
import * as v from 'valibot';
import type { CoreHandlers } from '../../../../shared/ipc.ts';
import { CANCEL_NOTICES } from '../../../../shared/live-exchange.ts';
import type { CancelledExchange } from '../../../../shared/live-exchange.ts';
import { toWire } from '../../../../shared/wire.ts';
import { described } from '../openapi/describe.ts';
import { shape, text } from '../schemas/state-schemas.ts';

const idSchema = v.object({ id: text });

const cancelled = shape<CancelledExchange>()({
  id: text,
  notice: v.pipe(
    v.picklist(CANCEL_NOTICES),
    v.description(
      'How the client learnt of it: an error status, an error at the end of its stream, or a reset connection',
    ),
  ),
});

/** Routes that change exchanges in flight. */
export function liveRoutes({ cancelExchange }: Pick<CoreHandlers, 'cancelExchange'>): Hono {
  const app = new Hono();
  app.post('/:id/cancel', DESCRIBED.cancel, async (c) =>
    c.json(toWire(await cancelExchange(c.req.param('id')))),
  );
  return app;
}

const DESCRIBED = {
  cancel: described({
    tag: 'state',
    summary: 'Cancel an exchange in flight',
    description:
      'The connection to the server is closed at once. The row of the exchange has the error `cancelled_by_user`.',
    params: idSchema,
    answer: cancelled,
    problems: [404, 409],
  }),
};
