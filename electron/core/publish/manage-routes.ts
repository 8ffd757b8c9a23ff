import { isAbsolute } from 'node:path';
import { Hono } from 'hono';
import type { Context } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../shared/wire.ts';
import { TokwattError } from '../errors.ts';
import { clearSchema } from '../ledger/queries.ts';
import type { Recorder } from '../recorder.ts';
import {
  isRunning,
  jobFilterSchema,
  removeJob,
  resumeJob,
  runTime,
  startJob,
  stopJob,
} from '../stats/jobs.ts';
import type { Job } from '../stats/jobs.ts';
import { startPeriod } from '../stats/stats.ts';
import { viewCounters } from '../stats/view.ts';
import { checked } from './problem.ts';

const MAX_BODY = 64 * 1024;
const fileSchema = v.strictObject({
  file: v.pipe(
    v.string(),
    v.check((file) => isAbsolute(file) && !file.includes('\0'), 'must be an absolute path'),
  ),
});
const confirmSchema = v.strictObject({
  confirm: v.literal(true, 'must be true: what is cleared does not come back'),
});
const jobSchema = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  filter: v.optional(jobFilterSchema, {}),
});

/** Data management, periods and jobs. */
export function manageRoutes(recorder: Recorder): Hono {
  const app = new Hono();
  const { ledger } = recorder;
  app.get('/data/summary', async (c) => c.json(toWire(await ledger.holdings())));
  app.delete('/data/:what', async (c) => {
    checked(confirmSchema, await bodyOf(c));
    const what = checked(v.object({ what: clearSchema }), { what: c.req.param('what') });
    await recorder.clear(what.what);
    return c.json({ cleared: what.what });
  });
  app.post('/data/backup', async (c) => {
    const { file } = checked(fileSchema, await bodyOf(c));
    return c.json(await ledger.backup(file));
  });
  app.post('/data/import', async (c) => {
    const { file } = checked(fileSchema, await bodyOf(c));
    return c.json(toWire(await ledger.importBackup(file)));
  });
  app.get('/counters', (c) => c.json(toWire(viewCounters(recorder.stats))));
  app.post('/counters/snapshot', (c) => {
    const counters = viewCounters(recorder.stats).period;
    const { lastId } = recorder;
    recorder.update((stats) => startPeriod(stats, Date.now(), lastId));
    return c.json(toWire(counters));
  });
  app.route('/jobs', jobRoutes(recorder));
  return app;
}

function jobRoutes(recorder: Recorder): Hono {
  const app = new Hono();
  const moment = (): { now: number; lastId: number } => ({
    now: Date.now(),
    lastId: recorder.lastId,
  });
  const view = (name: string): object => {
    const job = recorder.stats.jobs.find((each) => each.name === name);
    if (job === undefined) {
      throw new TokwattError('job', `There is no job "${name}"; start it first.`, { status: 404 });
    }
    return viewJob(job);
  };
  app.get('/', (c) => c.json({ jobs: recorder.stats.jobs.map(viewJob) }));
  app.get('/:name', (c) => c.json(view(c.req.param('name'))));
  app.post('/', async (c) => {
    const { name, filter } = checked(jobSchema, await bodyOf(c));
    const at = moment();
    recorder.update((stats) => ({ ...stats, jobs: startJob(stats.jobs, name, filter, at) }));
    return c.json(view(name), 201);
  });
  for (const [verb, change] of [
    ['stop', stopJob],
    ['resume', resumeJob],
  ] as const) {
    app.post(`/:name/${verb}`, (c) => {
      const name = c.req.param('name');
      const at = moment();
      recorder.update((stats) => ({ ...stats, jobs: change(stats.jobs, name, at) }));
      return c.json(view(name));
    });
  }
  app.delete('/:name', (c) => {
    recorder.update((stats) => ({ ...stats, jobs: removeJob(stats.jobs, c.req.param('name')) }));
    return c.body(null, 204);
  });
  return app;
}

function viewJob(job: Job): object {
  return {
    ...toWire(job),
    running: isRunning(job),
    run_time_ms: runTime(job, Date.now()),
  };
}

/** A JSON object; throws a `bad_request` error (400) for anything else, or one that is too large. */
async function bodyOf(c: Context): Promise<Record<string, unknown>> {
  const text = await boundedText(c);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  } catch {
    // Falls through to the one message for all that is not an object.
  }
  throw new TokwattError('bad_request', 'The body must be a JSON object.', { status: 400 });
}

/** The length a client claims is not to be relied on: a chunked body has none. */
async function boundedText(c: Context): Promise<string> {
  const tooLarge = new TokwattError('too_large', `A body may have at most ${MAX_BODY} bytes.`, {
    status: 413,
  });
  if (Number(c.req.header('content-length') ?? 0) > MAX_BODY) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
  const reader = body?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return Buffer.concat(chunks).toString('utf8');
    length += chunk.value.byteLength;
    if (length > MAX_BODY) throw tooLarge;
    chunks.push(chunk.value);
  }
}
