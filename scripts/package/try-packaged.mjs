// @ts-check
/**
 * Starts a packaged Tokwatt in front of a small server, sends one exchange through it, and reads what it has metered:
 * `node scripts/package/try-packaged.mjs [EXECUTABLE]`. Without one, that of the unpacked application in release/.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, plainEnvironment, untilSaid } from '../screenshots/programs.mjs';
import { projectRoot } from '../setup/project.mjs';

const inRelease = {
  linux: ['linux-unpacked/tokwatt', 'linux-arm64-unpacked/tokwatt'],
  darwin: ['mac/Tokwatt.app', 'mac-arm64/Tokwatt.app'].map(
    (name) => `${name}/Contents/MacOS/Tokwatt`,
  ),
  win32: ['win-unpacked/Tokwatt.exe'],
};
const usage = { prompt_tokens: 29, completion_tokens: 6, total_tokens: 35 };
const limitMs = 30_000;

function findExecutable() {
  const names = inRelease[/** @type {keyof typeof inRelease} */ (process.platform)];
  const found = names.map((name) => join(projectRoot, 'release', name)).find(existsSync);
  if (found === undefined)
    throw new Error('There is no packaged application in release/: npm run package');
  return found;
}

/** @returns {Promise<import('node:http').Server>} answers every chat with the same few tokens */
async function startUpstream() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isChat = request.url === '/v1/chat/completions';
      response.writeHead(isChat ? 200 : 404, { 'content-type': 'application/json' });
      const choices = [
        { index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' },
      ];
      response.end(
        JSON.stringify(isChat ? { object: 'chat.completion', model: 'm', choices, usage } : {}),
      );
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  return server;
}

/** @param {string} executable */
async function tryIt(executable) {
  const upstream = await startUpstream();
  const address = upstream.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const data = mkdtempSync(join(tmpdir(), 'tokwatt-try-'));
  const flags = ['--upstream', `http://127.0.0.1:${port}`, '--proxy-port', '0', '--api-port', '0'];
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = spawn(executable, [...root, ...flags, '--data-dir', data], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [line] = await untilSaid(app, /\{"event":"ready".*\}/);
    const ready = /** @type {{ api: string, proxies: [{ url: string }] }} */ (JSON.parse(line));
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${ready.proxies[0].url}/v1/chat/completions`, { method: 'POST', headers, body });
    return await untilMetered(ready.api);
  } finally {
    await end(app);
    upstream.close();
    upstream.closeAllConnections();
    // On Windows a file may be in use for a moment longer.
    rmSync(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

/** @param {string} api */
async function untilMetered(api) {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await fetch(`${api}/api/usage`);
    const { totals } =
      /** @type {{ totals: { requests: number, input_tokens: number, output_tokens: number } }} */ (
        await answer.json()
      );
    const isRight =
      totals.input_tokens === usage.prompt_tokens &&
      totals.output_tokens === usage.completion_tokens;
    if (isRight) return totals;
    if (Date.now() > deadline) throw new Error(`It metered ${JSON.stringify(totals)}.`);
    await sleep(200);
  }
}

const executable = process.argv[2] ?? findExecutable();
try {
  const { requests, input_tokens: input, output_tokens: output } = await tryIt(executable);
  process.stdout.write(`${executable} metered ${requests} request, ${input} in, ${output} out\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
