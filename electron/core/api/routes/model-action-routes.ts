import type { Context, Hono } from 'hono';
import * as v from 'valibot';
import type { Models } from '../../models/models.ts';
import { modelNameSchema } from '../../models/repository-entry.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked, queryOf } from '../problem.ts';
import { hangUp } from '../streamed-answer.ts';

const upstreamQuery = v.strictObject({ upstream: v.exactOptional(v.string()) });
const nameParams = v.object({ name: modelNameSchema });
const actionEntries = { status: v.string(), model: v.string(), upstream: v.string() };
const actionAnswer = v.strictObject(actionEntries);

const DURATION = /^(?:-1|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/;
const KEEP_ALIVE = 'must be seconds, a time like "30m", or -1 for ever; to unload, use unload';
const keepAlive = v.pipe(
  v.union([v.number(), v.string()], KEEP_ALIVE),
  v.check(isKeepAlive, KEEP_ALIVE),
);
const loadSchema = v.strictObject({ keepAlive: v.exactOptional(keepAlive) });
const copySchema = v.strictObject({ destination: modelNameSchema });

const PROBLEMS = [404, 501, 502, 504];
const common = {
  tag: 'models' as const,
  params: nameParams,
  query: upstreamQuery,
  answer: actionAnswer,
  problems: PROBLEMS,
};
const SLOW = 'Answers when it is done, which may take minutes. 501 if the server cannot do it.';

const LOAD = described({
  ...common,
  summary: 'Load a model into memory',
  description: `${SLOW} With \`keep_alive\` (Ollama), the model stays loaded for that time after each request; if it is loaded, only the time changes.`,
  body: loadSchema,
  bodyIsOptional: true,
});
const UNLOAD = described({ ...common, summary: 'Unload a model', description: SLOW });
const COPY = described({
  ...common,
  summary: 'Give a model a second name',
  description: 'Ollama only. The copy shares its data with the model.',
  body: copySchema,
  answer: v.strictObject({ ...actionEntries, destination: v.string() }),
});
const DELETE = described({ ...common, summary: 'Delete a model from an upstream' });

/** Adds the routes that change a model of an upstream. */
export function addModelActions(app: Hono, models: Models): void {
  app.post('/models/:name{.+}/load', LOAD, async (c) => {
    const wanted = wantedOf(c);
    const isEmpty = (await c.req.text()) === '';
    const body = checked(loadSchema, isEmpty ? {} : await bodyOf(c, '{"keep_alive": "30m"}'));
    const upstream = await models.act('load', { ...wanted, ...body }, hangUp(c));
    return c.json({ status: 'loaded', model: wanted.model, upstream });
  });
  app.post('/models/:name{.+}/unload', UNLOAD, async (c) => {
    const wanted = wantedOf(c);
    const upstream = await models.act('unload', wanted, hangUp(c));
    return c.json({ status: 'unloaded', model: wanted.model, upstream });
  });
  app.post('/models/:name{.+}/copy', COPY, async (c) => {
    const wanted = wantedOf(c);
    const { destination } = checked(copySchema, await bodyOf(c, '{"destination": "NAME"}'));
    const upstream = await models.copy({ ...wanted, destination }, hangUp(c));
    return c.json({ status: 'copied', model: wanted.model, upstream, destination });
  });
  app.delete('/models/:name{.+}', DELETE, async (c) => {
    const wanted = wantedOf(c);
    const upstream = await models.act('remove', wanted, hangUp(c));
    return c.json({ status: 'deleted', model: wanted.model, upstream });
  });
}

function wantedOf(c: Context): { readonly model: string; readonly upstream?: string } {
  const { name } = checked(nameParams, { name: c.req.param('name') });
  return { model: name, ...checked(upstreamQuery, queryOf(c)) };
}

function isKeepAlive(value: number | string): boolean {
  if (typeof value === 'number') return value > 0 || value === -1;
  return value.length <= 40 && DURATION.test(value);
}
