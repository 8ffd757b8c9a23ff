/** From an empty folder to the first request, with the mouse alone, in front of a real llama-server. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { freePort } from '../support/free-port.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import type { RunningLlamaServer } from '../support/llama-server.ts';
import { removeFolder } from '../support/remove-folder.ts';

const llama = llamaServerOrReason();
const reason = desktopReason() ?? (typeof llama === 'string' ? llama : null);

describe.skipIf(reason !== null)(`the first run${reason === null ? '' : ` (${reason})`}`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-first-'));
  let server: RunningLlamaServer;
  let app: DesktopApp;

  beforeAll(async () => {
    // On a port that no server is known for.
    server = await startLlamaServer({ model: 'chat' });
    const nobody = `http://127.0.0.1:${await freePort()}`;
    app = await launchDesktop({ upstreams: [], dataDir, env: { OLLAMA_BASE_URL: nobody } });
  });
  afterAll(async () => {
    await app.dispose();
    await server.stop();
    await removeFolder(dataDir);
  });

  /** Clicks where a person sees it. */
  async function click(page: Page, name: string | RegExp, role: 'button' | 'radio'): Promise<void> {
    const target = page.getByRole(role, { name }).first();
    await target.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await target.boundingBox())!;
    await page.mouse.click(x + width / 2, y + height / 2);
  }

  test('finds the server, uses it, connects a client and tells the first request', async () => {
    const page = await app.overview();
    const found = page.getByRole('region', { name: 'Choose your server' });
    await found.getByText(`127.0.0.1:${server.port}`).waitFor();
    await click(
      page,
      new RegExp(`^Use llama-server .* at http://127.0.0.1:${server.port}$`),
      'button',
    );
    const clients = page.getByRole('region', { name: 'Connect a client' });
    await clients.waitFor();
    await click(page, 'OpenAI Python', 'radio');
    const { proxyUrl } = (await app.snapshot()).state.upstreams[0]!;
    expect(await clients.textContent()).toContain(`base_url="${proxyUrl}/v1"`);
    await page.getByRole('button', { name: 'Send a test request' }).waitFor();
    await click(page, 'Send a test request', 'button');
    const first = page.getByRole('region', { name: 'The first request' });
    await first.getByText('Tokwatt test asked').waitFor();
    const { promptTokens, outputTokens } = await server.metrics();
    expect(await first.textContent()).toContain(`${promptTokens} tokens in, ${outputTokens} out`);
    await click(page, 'Continue', 'button');
    await page.getByRole('region', { name: 'Throughput' }).waitFor();
    expect(await first.count()).toBe(0);
  });
});
