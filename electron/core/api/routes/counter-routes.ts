import { Hono } from 'hono';
import * as v from 'valibot';
import { efficiencyOf } from '../../../../shared/efficiency.ts';
import type { JobRun, JobView } from '../../../../shared/jobs.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Recorder } from '../../records/recorder.ts';
import {
  findJob,
  isRunning,
  jobFilterSchema,
  removeJob,
  resumeJob,
  runTime,
  startJob,
  stopJob,
} from '../../records/totals/jobs.ts';
import type { Job } from '../../records/totals/jobs.ts';
import { startPeriod } from '../../records/totals/stats.ts';
import { viewCounters } from '../../records/totals/view.ts';
import type { CounterView, LineView } from '../../records/totals/view.ts';
import {
  efficiency,
  flag,
  integer,
  lineEntries,
  moment,
  number,
  shape,
  tally,
  text,
} from '../schemas/state-schemas.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';

const jobSchema = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  filter: v.optional(jobFilterSchema, {}),
});
const nameSchema = v.object({ name: text });

const lines = v.array(shape<LineView>()({ name: text, ...lineEntries, efficiency }));
const counterAnswer = shape<CounterView>()({
  since: moment,
  all: shape<CounterView['all']>()({ ...tally.entries, efficiency }),
  otherRequests: integer,
  features: v.strictObject({
    toolCalls: integer,
    structuredOutput: integer,
    images: integer,
    thinking: integer,
  }),
  by: shape<CounterView['by']>()({
    model: lines,
    endpoint: lines,
    api: lines,
    architecture: lines,
    upstream: lines,
    operation: lines,
    client: lines,
    key: lines,
  }),
});
const jobAnswer = shape<JobView>()({
  name: text,
  filter: jobFilterSchema,
  runs: v.array(
    shape<JobRun>()({
      startedAt: moment,
      stoppedAt: v.nullable(moment),
      afterId: integer,
      upToId: v.nullable(integer),
    }),
  ),
  tally,
  running: flag,
  runTimeMs: number,
  efficiency,
});

/** Routes for totals, periods and jobs. */
export function counterRoutes(recorder: Recorder): Hono {
  const app = new Hono();
  app.get('/counters', DESCRIBED.counters, (c) => c.json(toWire(viewCounters(recorder.stats))));
  app.post('/counters/snapshot', DESCRIBED.snapshot, (c) => {
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
  const view = (name: string): object => viewJob(findJob(recorder.stats.jobs, name));
  app.get('/', DESCRIBED.jobs, (c) => c.json({ jobs: recorder.stats.jobs.map(viewJob) }));
  app.get('/:name', DESCRIBED.job, (c) => c.json(view(c.req.param('name'))));
  app.post('/', DESCRIBED.start, async (c) => {
    const { name, filter } = checked(jobSchema, await bodyOf(c));
    const at = moment();
    recorder.update((stats) => ({ ...stats, jobs: startJob(stats.jobs, name, filter, at) }));
    return c.json(view(name), 201);
  });
  for (const [verb, change] of [
    ['stop', stopJob],
    ['resume', resumeJob],
  ] as const) {
    app.post(`/:name/${verb}`, DESCRIBED[verb], (c) => {
      const name = c.req.param('name');
      const at = moment();
      recorder.update((stats) => ({ ...stats, jobs: change(stats.jobs, name, at) }));
      return c.json(view(name));
    });
  }
  app.delete('/:name', DESCRIBED.remove, (c) => {
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
    efficiency: toWire(efficiencyOf(job.tally)),
  };
}

const counters = { tag: 'counters' } as const;
const ofJob = { ...counters, params: nameSchema, answer: jobAnswer, problems: [404] };
const DESCRIBED = {
  counters: described({
    ...counters,
    summary: 'Sums by every dimension, since the first start and in this period',
    answer: v.strictObject({ ever: counterAnswer, period: counterAnswer }),
  }),
  snapshot: described({
    ...counters,
    summary: 'End this period, return its sums and start a new one',
    answer: counterAnswer,
  }),
  jobs: described({
    ...counters,
    summary: 'All jobs: named measurements of requests',
    answer: v.strictObject({ jobs: v.array(jobAnswer) }),
  }),
  job: described({ ...ofJob, summary: 'One job' }),
  start: described({
    ...counters,
    summary: 'Start a job that counts the requests that match its filter',
    body: jobSchema,
    answer: jobAnswer,
    status: 201,
    problems: [409, 413],
  }),
  stop: described({ ...ofJob, summary: 'Stop a job and keep its sums' }),
  resume: described({ ...ofJob, summary: 'Resume a job' }),
  remove: described({
    ...counters,
    summary: 'Remove a job and its sums',
    params: nameSchema,
    answer: null,
    status: 204,
    problems: [404],
  }),
};
