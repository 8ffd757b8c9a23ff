import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Row } from '../support/control-api.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

let upstream: RecordedUpstream;
let tokwatt: Headless;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  tokwatt = await startHeadless({ args: ['--upstream', `ollama=${upstream.url}`] });
});
afterAll(async () => {
  await tokwatt.stop();
  await upstream.stop();
});

interface Sessions {
  readonly sessions: readonly { readonly id: string }[];
}

it('lists the sessions of real requests, and their exchanges', async () => {
  const say = async (texts: readonly string[], headers: Record<string, string> = {}) => {
    const messages = texts.map((content, n) => ({ role: n % 2 ? 'assistant' : 'user', content }));
    const body = JSON.stringify({ model: MODEL, messages, options: { temperature: 0.2 } });
    await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', headers, body })).text();
  };
  await say(['Hello']);
  await say(['Hello', 'Hi', 'And now?']);
  await say(['Else'], { 'X-Session-ID': 'mine' });
  const { sessions } = await ask<Sessions>(tokwatt, 'GET', '/api/sessions');
  expect(sessions).toMatchObject([
    { id: 'mine', source: 'header', requests: 1, models: [MODEL] },
    { source: 'inferred', requests: 2, last_prompt_tokens: 29, peak_prompt_tokens: 29 },
  ]);
  const path = `/api/activity?session=${sessions[1]?.id ?? ''}`;
  const { activity } = await ask<{ activity: Row[] }>(tokwatt, 'GET', path);
  expect(activity.map(({ session_source: source }) => source)).toEqual(['inferred', 'inferred']);
  expect(activity[0]?.sampling?.temperature).toBe(0.2);
});

it('refuses readers without the token, and what it does not understand', async () => {
  expect((await call(tokwatt, 'GET', '/api/sessions', undefined, {})).status).toBe(401);
  const wrong = await call<{ detail: string }>(tokwatt, 'GET', '/api/sessions?source=guess');
  expect([wrong.status, wrong.body.detail]).toEqual([
    400,
    expect.stringContaining('must be one of: header, body, inferred'),
  ]);
});
