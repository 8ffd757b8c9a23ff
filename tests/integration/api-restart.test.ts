import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';

interface Waiting {
  readonly restart_needed: readonly string[];
}

let tokwatt: Headless;

beforeAll(async () => {
  tokwatt = await startHeadless({
    args: ['--upstream', 'http://127.0.0.1:9', '--log-level', 'error'],
  });
});
afterAll(() => tokwatt.stop());

const read = (): Promise<Waiting> => ask(tokwatt, 'GET', '/api/settings');
const change = (patch: object): Promise<Waiting> => ask(tokwatt, 'PATCH', '/api/settings', patch);

it('the settings name what needs a restart, until it has its first value again', async () => {
  expect((await read()).restart_needed).toEqual([]);
  expect((await change({ bind: 'localhost' })).restart_needed).toEqual(['bind']);
  expect((await change({ library_url: 'http://127.0.0.1:9' })).restart_needed).toEqual(['bind']);
  const shown = await read();
  expect(shown.restart_needed).toEqual(['bind']);
  expect((await change(shown)).restart_needed).toEqual(['bind']);
  expect((await change({ bind: null })).restart_needed).toEqual([]);
  expect((await read()).restart_needed).toEqual([]);
});
