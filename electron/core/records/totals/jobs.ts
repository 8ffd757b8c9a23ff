import * as v from 'valibot';
import { meansModel } from '../../../../shared/model-names.ts';
import { sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { TokwattError } from '../../errors.ts';
import { EMPTY_TALLY, count, foldTally, tallySchema } from './tally.ts';
import type { Part } from './tally.ts';

const MAX_JOBS = 100;
const text = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120));

/** The filter of a job: exchanges that match every given field. */
export const jobFilterSchema = v.strictObject({
  model: v.optional(text),
  upstream: v.optional(text),
  /** The client application's name. */
  client: v.optional(text),
  /** A key's fingerprint. */
  key: v.optional(text),
});

/** A run: records with ids above `afterId`, up to `upToId` once it was stopped. */
const runSchema = v.object({
  startedAt: v.number(),
  stoppedAt: v.nullable(v.number()),
  afterId: count,
  upToId: v.nullable(count),
});

export const jobSchema = v.object({
  name: text,
  filter: jobFilterSchema,
  runs: v.pipe(v.array(runSchema), v.minLength(1)),
  tally: tallySchema,
});

/**
 * A named measurement that sums matching exchanges while it runs. Runs are bounded by record ids
 * and not by the clock, so that a replay after a crash counts the same records.
 */
export type Job = v.InferOutput<typeof jobSchema>;
export type JobFilter = v.InferOutput<typeof jobFilterSchema>;

/** The start or stop of a job: the time, and the last record before it. */
export interface JobMoment {
  readonly now: number;
  readonly lastId: number;
}

export function isRunning(job: Job): boolean {
  return job.runs.at(-1)?.stoppedAt === null;
}

/** Starts a new job. Throws a `job` error if the name is taken or there are too many. */
export function startJob(
  jobs: readonly Job[],
  name: string,
  filter: JobFilter,
  { now, lastId }: JobMoment,
): Job[] {
  if (jobs.some((job) => job.name === name)) {
    throw new TokwattError('job', sentence('job_exists', { name }), {
      status: 409,
    });
  }
  if (jobs.length >= MAX_JOBS) {
    throw new TokwattError('job', sentence('jobs_full', { count: String(MAX_JOBS) }), {
      status: 409,
    });
  }
  const run = { startedAt: now, stoppedAt: null, afterId: lastId, upToId: null };
  return [...jobs, { name, filter, runs: [run], tally: EMPTY_TALLY }];
}

/** Stops a job; a stopped one stays as it is. Throws a `job` error if there is none. */
export function stopJob(jobs: readonly Job[], name: string, { now, lastId }: JobMoment): Job[] {
  return change(jobs, name, (job) => {
    if (!isRunning(job)) return job;
    const runs = job.runs.map((run, i) =>
      i === job.runs.length - 1 ? { ...run, stoppedAt: now, upToId: lastId } : run,
    );
    return { ...job, runs };
  });
}

/** Resumes a stopped job; a running one stays as it is. Throws a `job` error if there is none. */
export function resumeJob(jobs: readonly Job[], name: string, { now, lastId }: JobMoment): Job[] {
  return change(jobs, name, (job) => {
    if (isRunning(job)) return job;
    const run = { startedAt: now, stoppedAt: null, afterId: lastId, upToId: null };
    return { ...job, runs: [...job.runs, run] };
  });
}

/** Removes a job and its sums. Throws a `job` error if there is none. */
export function removeJob(jobs: readonly Job[], name: string): Job[] {
  findJob(jobs, name);
  return jobs.filter((job) => job.name !== name);
}

/**
 * Returns the jobs with a part of one more record. `isOllama`: the record's upstream is Ollama, so a filter
 * may have any name of the model.
 */
export function foldJobs(
  jobs: Job[],
  record: ActivityRecord,
  isOllama: boolean,
  part: Part = 'all',
): Job[] {
  if (jobs.length === 0 || !record.inference) return jobs;
  return jobs.map((job) =>
    counts(job, record, isOllama) ? { ...job, tally: foldTally(job.tally, record, part) } : job,
  );
}

/** Returns the total run time of a job, milliseconds. */
export function runTime(job: Job, now: number): number {
  return job.runs.reduce(
    (sum, run) => sum + Math.max(0, (run.stoppedAt ?? now) - run.startedAt),
    0,
  );
}

function counts({ filter, runs }: Job, record: ActivityRecord, isOllama: boolean): boolean {
  const { id, countedModel, upstream, client } = record;
  const isInRun = runs.some((run) => id > run.afterId && (run.upToId === null || id <= run.upToId));
  return (
    isInRun &&
    (filter.model === undefined || meansModel(filter.model, countedModel, isOllama)) &&
    (filter.upstream === undefined || filter.upstream === upstream) &&
    (filter.client === undefined || filter.client === client.application) &&
    (filter.key === undefined || filter.key === client.key)
  );
}

function change(jobs: readonly Job[], name: string, edit: (job: Job) => Job): Job[] {
  const found = findJob(jobs, name);
  return jobs.map((job) => (job === found ? edit(job) : job));
}

/** The job with a name. Throws a `job` error if there is none. */
export function findJob(jobs: readonly Job[], name: string): Job {
  const job = jobs.find((each) => each.name === name);
  if (job !== undefined) return job;
  throw new TokwattError('job', sentence('no_job', { name }), { status: 404 });
}
