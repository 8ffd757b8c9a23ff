/** Calibrated estimates of the real program, with a server that reports some usage only. */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { removeFolder } from '../support/remove-folder.ts';

/** More than the 8 that a fit needs. */
const LESSONS = 10;
const TEMPLATE_TOKENS = 20;
const CHARACTERS_PER_TOKEN = 3;
const TOKENS_PER_CHUNK = 2.5;

interface Chat {
  readonly model: string;
  readonly messages: readonly { readonly content: string }[];
  /** The number of chunks of the answer. */
  readonly max_tokens: number;
}

/** The server's own counts: about three characters a token, and two or three tokens a chunk. */
function truth({ messages, max_tokens: chunks }: Chat): { input: number; output: number } {
  const length = messages.reduce((sum, { content }) => sum + content.length, 0);
  const input = TEMPLATE_TOKENS + Math.ceil(length / CHARACTERS_PER_TOKEN);
  return { input, output: Math.ceil(chunks * TOKENS_PER_CHUNK) };
}

function frames(chat: Chat, isTold: boolean): string {
  const { input, output } = truth(chat);
  const delta = { content: 'word ' };
  const chunk = { id: 'c', model: chat.model, choices: [{ index: 0, delta }] };
  const stop = { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
  const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
  const told = isTold ? [{ ...chunk, choices: [], usage }] : [];
  const all = [...Array.from({ length: chat.max_tokens }, () => chunk), stop, ...told];
  return `${all.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')}data: [DONE]\n\n`;
}

function chatOf(n: number, model = 'm'): Chat {
  const content = 'words of a prompt, '.repeat(5 + ((n * 37) % 90));
  return { model, messages: [{ content }], max_tokens: 6 + ((n * 23) % 50) };
}

let isTold = true;
let server: Server;
let url: string;
let tokwatt: Headless;
const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-calibration-'));

async function startTokwatt(): Promise<Headless> {
  return startHeadless({ dataDir, args: ['--upstream', `box=${url}`] });
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      if (body === '') return response.writeHead(404).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return response.end(frames(JSON.parse(body) as Chat, isTold));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  tokwatt = await startTokwatt();
});

afterAll(async () => {
  await tokwatt.stop();
  server.closeAllConnections();
  server.close();
  await removeFolder(dataDir);
});

let rows = 0;
/** Sends a chat and returns its row. */
async function send(chat: Chat): Promise<Row> {
  const answer = await fetch(`${tokwatt.proxy}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...chat, stream: true }),
  });
  expect(await answer.text()).toContain('[DONE]');
  rows += 1;
  const [row] = await tokwatt.activity(rows);
  if (row === undefined) throw new Error('there is no row');
  return row;
}

function expectNear(row: Row, chat: Chat): void {
  const { input, output } = truth(chat);
  expect(row).toMatchObject({
    completed: true,
    refusals: [],
    usage: { provenance: { input: 'estimated', output: 'estimated' } },
  });
  expect(Math.abs((row.usage.input_tokens ?? 0) / input - 1)).toBeLessThan(0.1);
  expect(Math.abs((row.usage.output_tokens ?? 0) / output - 1)).toBeLessThan(0.1);
  for (const error of [row.estimate_errors.input, row.estimate_errors.output]) {
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.25);
  }
}

describe('a server that reports usage for ten exchanges and then none', () => {
  it('has exact rows first, without an error of an estimate', async () => {
    for (let n = 0; n < LESSONS; n += 1) {
      const chat = chatOf(n);
      const { input, output } = truth(chat);
      expect(await send(chat)).toMatchObject({
        usage: { input_tokens: input, output_tokens: output, provenance: { input: 'reported' } },
        estimate_errors: { input: null, output: null },
      });
    }
  });

  it('has estimates near the truth then, with their expected error', async () => {
    isTold = false;
    expectNear(await send(chatOf(41)), chatOf(41));
  });

  it('has the estimates of the settings for another model, with an unknown error', async () => {
    const row = await send(chatOf(42, 'other'));
    expect(row).toMatchObject({
      usage: {
        input_tokens: Math.floor(row.bytes_in / 4),
        output_tokens: chatOf(42).max_tokens,
        provenance: { input: 'estimated', output: 'estimated' },
      },
      estimate_errors: { input: null, output: null },
    });
  });

  it('has calibrated estimates after a restart, learned from the stored rows', async () => {
    expect(await tokwatt.stop()).toBe(0);
    tokwatt = await startTokwatt();
    expectNear(await send(chatOf(43)), chatOf(43));
  });

  it('is calibrated again after rows that were estimates themselves', async () => {
    for (let n = 50; n < 60; n += 1) await send(chatOf(n));
    expect(await tokwatt.stop()).toBe(0);
    tokwatt = await startTokwatt();
    expectNear(await send(chatOf(61)), chatOf(61));
  });
});
