import { expect, it } from 'vitest';
import { SILENT_LOG } from './log.ts';
import { systemSleep } from './system-sleep.ts';

it('a sleep waits for what is stored, and a failure does not end the program', async () => {
  const done: string[] = [];
  let fails = false;
  const sleep = systemSleep({
    recorder: {
      save: async () => {
        await Promise.resolve();
        if (fails) throw new Error('disk full');
        done.push('stored');
      },
    },
    pause: { resumeIfDue: () => done.push('pause') },
    upstreams: { reconnect: () => done.push('connections') },
    log: SILENT_LOG,
  });
  await sleep.suspend();
  expect(done).toEqual(['stored']);
  sleep.resume();
  expect(done).toEqual(['stored', 'pause', 'connections']);
  fails = true;
  await expect(sleep.suspend()).resolves.toBeUndefined();
});
