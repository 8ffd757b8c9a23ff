import { describe, expect, it } from 'vitest';
import { activityRecord } from '../../../../tests/support/records.ts';
import {
  foldJobs as foldJobsOf,
  isRunning,
  removeJob,
  resumeJob,
  runTime,
  startJob,
  stopJob,
} from './jobs.ts';
import type { Job } from './jobs.ts';

const record = (id: number, model = 'a'): ReturnType<typeof activityRecord> =>
  activityRecord({ id, model });
const foldJobs = (jobs: Job[], each: ReturnType<typeof record>): Job[] =>
  foldJobsOf(jobs, each, false);
const at = (now: number, lastId: number): { now: number; lastId: number } => ({ now, lastId });

describe('jobs', () => {
  it('count matching records while they run, across stops and resumes', () => {
    let jobs = startJob([], 'thesis', { model: 'a' }, at(1_000, 10));
    jobs = [record(10), record(11), record(12, 'b')].reduce(foldJobs, jobs);
    jobs = stopJob(jobs, 'thesis', at(5_000, 12));
    jobs = foldJobs(jobs, record(13));
    jobs = resumeJob(jobs, 'thesis', at(9_000, 13));
    jobs = foldJobs(jobs, record(14));
    expect(jobs[0]?.tally.requests).toBe(2);
    expect(runTime(jobs[0]!, 10_000)).toBe(5_000);
    expect(isRunning(jobs[0]!)).toBe(true);
  });

  it('match every field of their filter', () => {
    const { client } = activityRecord();
    const filter = { model: 'a', upstream: 'ollama', client: 'curl', key: 'k' };
    const jobs = startJob([], 'narrow', filter, at(0, 0));
    const count = (given: Parameters<typeof activityRecord>[0]): number =>
      foldJobs(jobs, activityRecord({ model: 'a', client: { ...client, key: 'k' }, ...given }))[0]!
        .tally.requests;
    expect(count({})).toBe(1);
    expect(count({ upstream: 'other' })).toBe(0);
    expect(count({ client })).toBe(0);
    expect(count({ client: { ...client, key: 'k', application: null } })).toBe(0);
    expect(count({ inference: false })).toBe(0);
  });

  it('match a model by any of its names', () => {
    const asked = { model: 'plain:latest', countedModel: 'plain' };
    for (const [model, requests] of [
      ['plain', 1],
      ['plain:latest', 1],
      ['library/plain', 1],
      ['plain:8b', 0],
    ] as const) {
      const jobs = startJob([], 'one', { model }, at(0, 0));
      expect(foldJobsOf(jobs, activityRecord(asked), true)[0]?.tally.requests).toBe(requests);
    }
  });

  it('keep two models of a server that is not Ollama apart', () => {
    const jobs = startJob([], 'one', { model: 'a:latest' }, at(0, 0));
    expect(foldJobs(jobs, record(1, 'a'))[0]?.tally.requests).toBe(0);
    expect(foldJobs(jobs, record(1, 'a:latest'))[0]?.tally.requests).toBe(1);
  });

  it('explain the error of a name', () => {
    const jobs = startJob([], 'one', {}, at(0, 0));
    expect(() => startJob(jobs, 'one', {}, at(0, 0))).toThrow('resume it');
    for (const change of [stopJob, resumeJob]) {
      expect(() => change(jobs, 'two', at(0, 0))).toThrow('no job "two"');
    }
    expect(() => removeJob(jobs, 'two')).toThrow('no job "two"');
    expect(removeJob(jobs, 'one')).toEqual([]);
  });
});
