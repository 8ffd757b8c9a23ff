/** Changes of settings while a stream runs, made on a running Tokwatt. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask } from './control-api.ts';
import type { Row } from './control-api.ts';
import type { Headless } from './headless.ts';
import { openStream } from './stepped-upstream.ts';
import type { OpenStream, SteppedUpstream } from './stepped-upstream.ts';

/** What a change, or a look at the settings, tells. */
export interface SettingsAnswer {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly restart_needed: readonly string[];
}

/** An open stream, and the row that it makes once it has ended. */
export type TaggedStream = OpenStream & { readonly row: () => Promise<Row> };

export interface SettingsLab {
  readonly change: (patch: object) => Promise<SettingsAnswer>;
  readonly stream: (base: string, body?: object) => Promise<TaggedStream>;
  /**
   * Makes changes while a stream runs from `upstream` through `base`. Holds that every byte of it
   * arrives, in order, and gives the row that it made.
   */
  readonly whileStreaming: (
    upstream: SteppedUpstream,
    base: string,
    changes: () => Promise<unknown>,
    body?: object,
  ) => Promise<Row>;
}

export function settingsLab(tokwatt: Headless): SettingsLab {
  let opened = 0;
  const stream: SettingsLab['stream'] = async (base, body = {}) => {
    opened += 1;
    const tag = `stream-${opened}`;
    const open = await openStream(base, body, { 'x-tokwatt-tag': tag });
    const row = (): Promise<Row> =>
      eventually(async () => {
        const all = await tokwatt.activity(0);
        return all.find(({ client }) => client.tag === tag) ?? null;
      });
    return { ...open, row };
  };
  return {
    change: (patch) => ask(tokwatt, 'PATCH', '/api/settings', patch),
    stream,
    whileStreaming: async (upstream, base, changes, body = {}) => {
      const open = await stream(base, body);
      await open.until(`${upstream.name} begins`);
      await changes();
      await goesOn(upstream, open);
      return open.row();
    },
  };
}

/** Lets a stream that has begun run to its end, and holds that it arrives whole. */
export async function goesOn(upstream: SteppedUpstream, open: OpenStream): Promise<void> {
  upstream.step();
  await open.until(`${upstream.name} 1`);
  upstream.finish();
  const events = (await open.ended).trimEnd().split('\n\n');
  const wanted = [`${upstream.name} begins`, `${upstream.name} 1`, 'stop', '[DONE]'];
  expect(events).toHaveLength(wanted.length);
  for (const [index, part] of wanted.entries()) expect(events[index]).toContain(part);
}

/** Looks until there is something; fails after five seconds. */
export async function eventually<Result>(look: () => Promise<Result | null>): Promise<Result> {
  for (let tries = 0; tries < 200; tries += 1) {
    const result = await look();
    if (result !== null) return result;
    await sleep(25);
  }
  throw new Error('It never came.');
}

/** True if something listens there. */
export function listens(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Something else that has a port of this machine. */
export async function occupy(port: number, host = '127.0.0.1'): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  return server;
}

/** The first of `count` ports in a row that nothing listens on, on any address. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    // Below the ports that systems give to clients.
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (!free.includes(false)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
