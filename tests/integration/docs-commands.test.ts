/** The commands in the documents are run as they stand there, against a real Tokwatt on free ports. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HEADLESS, startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startHeldUpstream } from '../support/held-upstream.ts';
import type { HeldUpstream } from '../support/held-upstream.ts';
import { startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Marks of blocks that are not run here; docs/README.md says what each means. */
const NOT_RUN = ['root', 'docker', 'release', 'service', 'suite'];

/** A list of prices in the form of models.dev. */
const PRICES = {
  openai: { models: { 'gpt-4o': { id: 'gpt-4o', cost: { input: 2.5, output: 10 } } } },
};

interface Block {
  readonly where: string;
  readonly mark: string;
  readonly text: string;
}

const DOCUMENTS = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const BLOCKS = ['README.md', 'CONTRIBUTING.md', ...DOCUMENTS].flatMap(blocksOf);
const marked = (mark: string): readonly Block[] => BLOCKS.filter((block) => block.mark === mark);

function blocksOf(file: string): Block[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^ *```(?:sh|bash|console)(.*)\n([^]*?)\n *```$/gm)].map((match) => ({
    where: `${file}:${text.slice(0, match.index).split('\n').length}`,
    mark: (match[1] ?? '').trim(),
    text: match[2] ?? '',
  }));
}

const folder = mkdtempSync(join(tmpdir(), 'tokwatt-docs-'));
let tokwatt: Headless;
let upstream: RecordedUpstream;
let held: HeldUpstream;

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  held = await startHeldUpstream();
  tokwatt = await startHeadless({
    args: ['--upstream', upstream.url, '--upstream', `held=${held.url}`],
  });
  const command = join(folder, 'tokwatt');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${HEADLESS}" "$@"\n`);
  chmodSync(command, 0o755);
  // A refusal ends a command with an error, and a progress bar is no result.
  writeFileSync(join(folder, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  writeFileSync(join(folder, 'api.json'), JSON.stringify(PRICES));
});
afterAll(async () => {
  await tokwatt.stop();
  await Promise.all([upstream.stop(), held.stop()]);
  await removeFolder(folder);
});

describe('blocks of commands', () => {
  it('are run, or say why not', () => {
    const known = ['', 'serves', ...NOT_RUN];
    expect(BLOCKS.filter(({ mark }) => !known.includes(mark))).toEqual([]);
    expect(marked('').length).toBeGreaterThan(8);
    expect(marked('serves').length).toBeGreaterThan(3);
  });

  it.each(marked(''))('$where', async ({ text }) => {
    const isOfRequest = text.includes('/api/live/ID/');
    if (isOfRequest) holdRequest();
    const script = isOfRequest ? text.replace('/ID/', `/${await idInFlight()}/`) : text;
    const { status, output } = await run(script);
    expect(output).not.toBe('');
    expect(status, output).toBe(0);
  });

  it.each(marked('serves').flatMap(linesOf))('$where $text', async ({ text }) => {
    const child = start(`exec ${text}`, text.startsWith('npm') ? ROOT : folder);
    const closed = once(child, 'close');
    expect(await firstMatch(child, text.startsWith('curl') ? /^event: /m : /"event":"ready"/)).toBe(
      true,
    );
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    await closed;
  });
});

function linesOf({ where, text }: Block): { where: string; text: string }[] {
  return text.split('\n').map((line) => ({ where, text: line.replace(/\s+#.*/, '') }));
}

/** Asks for an answer that does not end by itself; the command cancels it. */
function holdRequest(): void {
  const body = JSON.stringify({ model: 'held', stream: true, messages: [] });
  const headers = { 'content-type': 'application/json' };
  const url = `${tokwatt.proxies[1]?.url ?? ''}/v1/chat/completions`;
  fetch(url, { method: 'POST', headers, body })
    .then((answer) => answer.text())
    .catch(() => undefined);
}

/** The id of the request in flight. */
async function idInFlight(): Promise<number> {
  const ids = async (): Promise<number[]> => {
    const live = (await tokwatt.get('/api/live')) as { in_flight: readonly { id: number }[] };
    return live.in_flight.map(({ id }) => id);
  };
  await expect.poll(ids).toHaveLength(1);
  const [id = 0] = await ids();
  return id;
}

function start(script: string, cwd = folder): ChildProcess {
  const here = script
    .replaceAll('http://127.0.0.1:11435', tokwatt.proxy)
    .replaceAll('http://127.0.0.1:11436', tokwatt.api)
    .replaceAll('DATA_FOLDER', tokwatt.dataDir);
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
  return spawn('bash', ['-euo', 'pipefail', '-c', here], {
    cwd,
    // With npm in between, only the whole group can be ended.
    detached: true,
    env: {
      ...env,
      PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
      CURL_HOME: folder,
      TOKWATT_PROXY_PORT: '0',
      TOKWATT_API_PORT: '0',
      TOKWATT_DATA_DIR: join(folder, 'data'),
    },
  });
}

async function run(script: string): Promise<{ status: number | null; output: string }> {
  const child = start(script);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  await once(child, 'close');
  return { status: child.exitCode, output };
}

/** True as soon as the output matches, false if it ends without. */
function firstMatch(child: ChildProcess, pattern: RegExp): Promise<boolean> {
  let output = '';
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (pattern.test(output)) resolve(true);
    });
    child.stdout?.once('close', () => resolve(false));
  });
}
