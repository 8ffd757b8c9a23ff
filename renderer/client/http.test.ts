import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { httpBridge } from './http.ts';
import type { TokenPrompt } from './token-prompt.ts';

const TOKEN = 'the-right-token';

interface Asked {
  readonly path: string;
  readonly method: string;
  readonly token: string | null;
}

const asked: Asked[] = [];
/** Names of the calls that the server refuses without the token. */
let guarded: readonly string[] = [];
let token = TOKEN;

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as Storage;
}

/** Enters a token into the dialog when it opens. */
async function give(prompt: TokenPrompt, given: string): Promise<void> {
  await vi.waitFor(() => expect(prompt.question()).not.toBeNull());
  await prompt.answer(given);
}

beforeEach(() => {
  asked.length = 0;
  token = TOKEN;
  guarded = ['getSettings', 'updateSettings', 'token'];
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    const given = /^Bearer (.*)$/.exec(new Headers(init.headers).get('authorization') ?? '')?.[1];
    asked.push({ path, method: init.method ?? 'GET', token: given ?? null });
    const isRefused = guarded.some((name) => path.endsWith(`/${name}`)) && given !== token;
    const answer = isRefused ? { detail: 'This takes the API token.' } : { settings: {} };
    return Promise.resolve(Response.json(answer, { status: isRefused ? 401 : 200 }));
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('a call over HTTP', () => {
  it('that returns figures is sent without a token, and asks for none', async () => {
    const { bridge, prompt } = httpBridge(memory());
    await bridge.call('getReportPreview', undefined);
    expect(asked).toEqual([{ path: 'api/bridge/getReportPreview', method: 'GET', token: null }]);
    expect(prompt.question()).toBeNull();
  });

  it('that returns content asks for the token first, and is sent with it', async () => {
    const { bridge, prompt } = httpBridge(memory());
    const answer = bridge.call('getSettings', undefined);
    await give(prompt, TOKEN);
    expect(await answer).toEqual({ settings: {} });
    const path = 'api/bridge/getSettings';
    expect(asked.filter((each) => each.path === path)).toEqual([
      { path, method: 'GET', token: TOKEN },
    ]);
  });

  it('asks again if its token is refused', async () => {
    const { bridge, prompt } = httpBridge(memory());
    const first = bridge.call('getSettings', undefined);
    await give(prompt, TOKEN);
    await first;
    token = 'another-token';
    const second = bridge.call('getSettings', undefined);
    await give(prompt, 'another-token');
    expect(await second).toEqual({ settings: {} });
    expect(prompt.token()).toBe('another-token');
  });

  it('of any kind asks for the token if the server refuses it', async () => {
    guarded = [...guarded, 'getReportPreview'];
    const { bridge, prompt } = httpBridge(memory());
    const answer = bridge.call('getReportPreview', undefined);
    await give(prompt, TOKEN);
    expect(await answer).toEqual({ settings: {} });
  });

  it('fails if no token is given, and sends nothing', async () => {
    const { bridge, prompt } = httpBridge(memory());
    const answer = bridge.call('getSettings', undefined);
    await vi.waitFor(() => expect(prompt.question()).not.toBeNull());
    prompt.dismiss();
    await expect(answer).rejects.toThrow('No token was given.');
    expect(asked).toEqual([]);
  });
});
