// @ts-check
/** Lets a Tokwatt take over the port of a server, which moves as its user would move it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, untilSaid } from '../../screenshots/programs.mjs';
import { projectRoot } from '../../setup/project.mjs';

/** Where the server is before: `OLLAMA_BASE_URL` tells Tokwatt. */
export const serverPort = 21434;
const limitMs = 60_000;

/**
 * @typedef {object} Takeover
 * @property {string} status
 * @property {{ port: number, server_port: number } | null} plan null if the port cannot be taken
 */

/** Starts a server that is recognised as Ollama. */
export async function startServer(port = serverPort) {
  const program = join(projectRoot, 'tests', 'support', 'movable-server.mjs');
  const server = spawn(process.execPath, [program, `127.0.0.1:${port}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await untilSaid(server, /listening/);
  return server;
}

/**
 * @param {import('node:child_process').ChildProcess} server at {@link serverPort}
 * @param {(path: string, method: 'GET' | 'POST', body?: object) => Promise<unknown>} ask the API
 * @returns {Promise<{ port: number, servers: import('node:child_process').ChildProcess[] }>} `servers`: to be ended
 */
export async function takeOver(server, ask) {
  const list = async () => {
    const answer = /** @type {{ takeovers: Takeover[] }} */ (await ask('/api/takeovers', 'GET'));
    return answer.takeovers[0];
  };
  const until = async (/** @type {string} */ what, /** @type {() => Promise<boolean>} */ isSo) => {
    const deadline = Date.now() + limitMs;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`${what}: ${JSON.stringify(await list())}`);
      await sleep(200);
    }
  };
  await until('no plan for the port', async () => (await list())?.plan !== null);
  const plan = (await list())?.plan;
  if (plan === undefined || plan === null) throw new Error('the server is gone');
  await ask('/api/takeovers', 'POST', { name: 'ollama' });
  const moved = await startServer(plan.server_port);
  await end(server);
  await until('the port was not taken', async () => (await list())?.status === 'held');
  return { port: plan.port, servers: [moved] };
}
