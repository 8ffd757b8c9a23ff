import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../../shared/wire.ts';
import type { PullList } from '../../models/pull-list.ts';
import { modelNameSchema } from '../../models/repository-entry.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { modelPull } from '../schemas/pull-schemas.ts';

const startSchema = v.strictObject({
  model: modelNameSchema,
  upstream: v.exactOptional(v.string()),
  insecure: v.exactOptional(v.boolean(), false),
});
const idParams = v.object({ id: v.pipe(v.string(), v.maxLength(100)) });

const LIST = described({
  tag: 'models',
  summary: 'Downloads of models',
  description:
    'Newest first: those that run, are paused or were interrupted, and those that ended lately. The same list is the part `pulls` of the state.',
  answer: v.strictObject({ pulls: v.array(modelPull) }),
});

const START = described({
  tag: 'models',
  summary: 'Start a download that goes on by itself',
  description:
    'Without an upstream, the first that supports downloads is used. If the list has a download of this model that does not run, it continues. 409 if it runs.',
  body: startSchema,
  answer: modelPull,
  status: 201,
  problems: [404, 409, 501, 502, 504],
});

const REMOVE = described({
  tag: 'models',
  summary: 'Remove a download from the list',
  description: 'One that runs is cancelled. A downloaded model stays.',
  params: idParams,
  answer: v.strictObject({ status: v.literal('deleted'), id: v.string() }),
  problems: [404],
});

const verb = (summary: string, description: string, problems: readonly number[]) =>
  described({
    tag: 'models',
    params: idParams,
    answer: modelPull,
    ...{ summary, description, problems },
  });

const PAUSE = verb(
  'Pause a download',
  'Closes the connection. The server keeps what has arrived.',
  [404, 409],
);
const RESUME = verb(
  'Resume a download',
  'Asks for the same model again. Ollama continues where it was.',
  [404, 409, 501, 502, 504],
);
const CANCEL = verb(
  'Cancel a download',
  'What has arrived stays with the server, which deletes it later; Ollama does so when it starts.',
  [404, 409],
);

/** Routes for downloads that go on without the page that started them. */
export function pullRoutes(pulls: PullList): Hono {
  const app = new Hono();
  app.get('/', LIST, (c) => c.json({ pulls: toWire(pulls.all) }));
  app.post('/', START, async (c) => {
    const wanted = checked(startSchema, await bodyOf(c));
    return c.json(toWire(await pulls.start(wanted)), 201);
  });
  app.post('/:id/pause', PAUSE, (c) => c.json(toWire(pulls.pause(idOf(c.req.param('id'))))));
  app.post('/:id/resume', RESUME, async (c) =>
    c.json(toWire(await pulls.resume(idOf(c.req.param('id'))))),
  );
  app.post('/:id/cancel', CANCEL, (c) => c.json(toWire(pulls.cancel(idOf(c.req.param('id'))))));
  app.delete('/:id', REMOVE, (c) => {
    const id = idOf(c.req.param('id'));
    pulls.remove(id);
    return c.json({ status: 'deleted', id });
  });
  return app;
}

function idOf(id: string): string {
  return checked(idParams, { id }).id;
}
