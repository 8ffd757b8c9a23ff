import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import { removeFolder } from '../support/remove-folder.ts';
import type { DesktopApp } from '../support/app.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import type { RunningLlamaServer } from '../support/llama-server.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayWatcher } from '../support/tray-watcher.ts';
import { readApi, readMenu, readTooltip, readWindow, streamChat } from './readings.ts';
import type { Reading } from './readings.ts';

const llama = llamaServerOrReason();
const reason = desktopReason() ?? (typeof llama === 'string' ? llama : null);
const POLL = { timeout: 20_000, interval: 100 };

describe.skipIf(reason !== null)(
  `a real llama-server behind the desktop${reason === null ? '' : ` (${reason})`}`,
  () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
    let watcher: TrayWatcher;
    let server: RunningLlamaServer;
    let app: DesktopApp;

    beforeAll(async () => {
      watcher = await watchTray();
      server = await startLlamaServer({ model: 'chat' });
      app = await launchDesktop({ upstreams: [`llama=${server.url}`], dataDir });
    });

    afterAll(async () => {
      await app.dispose();
      await server.stop();
      watcher.close();
      await removeFolder(dataDir);
    });

    test('counts what the server itself counts, for every reader and after a restart', async () => {
      const { state } = await app.snapshot();
      const proxy = state.upstreams[0]!.proxyUrl;
      const said: Reading[] = [];
      for (const prompt of ['Tell me about meters.', 'Tell me about meters, and about bolts.']) {
        said.push(await streamChat(proxy, 'tokwatt-e2e', prompt));
      }
      const truth = await groundTruth(server);
      expect(sum(said)).toEqual(truth);

      const tray = await watcher.item();
      const page = await app.overview();
      const model = await untilCounted(app);
      await expect.poll(() => readWindow(page, model), POLL).toEqual(truth);
      await expect.poll(() => readMenu(tray, model), POLL).toEqual(truth);
      await expect.poll(() => readTooltip(tray), POLL).toEqual(truth);
      expect(await readApi(state.app.apiUrl!, model)).toEqual(truth);

      await tray.choose('Quit');
      expect(await app.exited).toBe(0);
      expect(readFileSync(join(dataDir, 'totals.json'), 'utf8')).toContain(model);
      app = await launchDesktop({ upstreams: [`llama=${server.url}`], dataDir });
      const again = await app.overview();
      await expect.poll(() => readWindow(again, model), POLL).toEqual(truth);
      expect(await readMenu(await watcher.item(), model)).toEqual(truth);
    });
  },
);

/** The name the totals are kept under, once something was counted. */
async function untilCounted(app: DesktopApp): Promise<string> {
  let model: string | undefined;
  await expect
    .poll(async () => {
      const { today } = (await app.snapshot()).state.totals;
      model = today.models[0]?.model;
      return today.all.requests;
    }, POLL)
    .toBe(2);
  if (model === undefined) throw new Error('nothing was counted');
  return model;
}

async function groundTruth(server: RunningLlamaServer): Promise<Reading> {
  const { promptTokens, cachedPromptTokens, outputTokens } = await server.metrics();
  return { input: promptTokens + cachedPromptTokens, output: outputTokens };
}

function sum(readings: readonly Reading[]): Reading {
  return readings.reduce((all, one) => ({
    input: all.input + one.input,
    output: all.output + one.output,
  }));
}
