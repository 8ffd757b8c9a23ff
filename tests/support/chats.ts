/** Sends requests to the proxy of a running Tokwatt, as a program does. */
import type { Headless } from './headless.ts';
import { MODEL } from './recorded-upstream.ts';

export interface Chat {
  readonly model?: string;
  readonly path?: string;
  readonly body?: object;
  readonly agent?: string;
  readonly key?: string;
  /** The name of the upstream; the first one by default. */
  readonly upstream?: string;
}

/** Sends one request, reads the answer to its end and returns the status. */
export async function chat(tokwatt: Headless, given: Chat = {}): Promise<number> {
  const { model = MODEL, path = '/api/generate', body = {}, agent, key, upstream } = given;
  const proxy = tokwatt.proxies.find((each) => each.upstream === upstream)?.url ?? tokwatt.proxy;
  const answer = await fetch(`${proxy}${path}`, {
    method: 'POST',
    headers: {
      ...(agent === undefined ? {} : { 'user-agent': agent }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ model, prompt: 'Read the meter.', stream: false, ...body }),
  });
  await answer.text();
  return answer.status;
}

/** Sends the same request `count` times, some of them in parallel. */
export async function chats(tokwatt: Headless, count: number, given: Chat = {}): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) await chat(tokwatt, given);
  };
  await Promise.all(Array.from({ length: 8 }, client));
}

/** Sends requests until it is stopped. `stop` returns their statuses. */
export function keepChatting(tokwatt: Headless, clients = 4): { stop(): Promise<number[]> } {
  let isOver = false;
  const statuses: number[] = [];
  const client = async (): Promise<void> => {
    while (!isOver) statuses.push(await chat(tokwatt).catch(() => 0));
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  return {
    stop: async () => {
      isOver = true;
      await all;
      return statuses;
    },
  };
}
