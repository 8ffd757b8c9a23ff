/** A desktop on the data folder of a headless Tokwatt: it becomes its window and its tray. */
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { spawnDesktop } from '../support/spawned-app.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayItem, TrayWatcher } from '../support/tray-watcher.ts';
import { streamChat, waitingRows } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 30_000, interval: 100 };
const ATTACHED = /^Attached to Tokwatt \d+\.\d+\.\d+, running since .* as a headless program$/;

/** One desktop through the life of a headless Tokwatt: the steps build on each other. */
describe.skipIf(reason !== null)(
  `a desktop beside a headless Tokwatt${reason === null ? '' : ` (${reason})`}`,
  () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
    let upstream: RecordedUpstream;
    let headless: Headless;
    let watcher: TrayWatcher;
    let app: DesktopApp;
    let tray: TrayItem;

    beforeAll(async () => {
      watcher = await watchTray();
      upstream = await startRecordedUpstream({ frameGapMs: 100 });
      headless = await start();
      await streamChat(headless.proxy, MODEL, 'Hello');
      app = await launchDesktop({ upstreams: ['nobody=http://127.0.0.1:9'], dataDir });
      tray = await watcher.item();
    });

    afterAll(async () => {
      await app.dispose();
      await headless.stop('SIGKILL');
      await upstream.stop();
      watcher.close();
      await removeFolder(dataDir);
    });

    function start(): Promise<Headless> {
      return startHeadless({ dataDir, args: ['--upstream', `ollama=${upstream.url}`] });
    }

    async function labels(): Promise<string[]> {
      return (await tray.menu()).filter((entry) => !entry.separator).map(({ label }) => label);
    }

    async function requests(): Promise<number> {
      return (await app.snapshot()).state.totals.today.all.requests;
    }

    test('it shows the same totals, and says whose they are', async () => {
      const { state } = await app.snapshot();
      expect(state.upstreams.map(({ proxyUrl }) => proxyUrl)).toEqual([headless.proxy]);
      expect(state.totals.today.all.requests).toBe(1);
      expect((await labels())[0]).toMatch(ATTACHED);
      const page = await app.overview();
      await page.getByText(/^attached to headless \d/).waitFor();
      await tray.choose((await labels())[0]!);
      await page.getByText(/running since .* It keeps running/).waitFor();
    });

    test('a request to the headless core is there while it runs and when it has ended', async () => {
      const answer = streamChat(headless.proxy, MODEL, 'Hello');
      const models = async (): Promise<(string | null)[]> =>
        (await app.snapshot()).state.inFlight.map(({ model }) => model);
      await expect.poll(models, POLL).toEqual([MODEL]);
      await answer;
      await expect.poll(requests, POLL).toBe(2);
    });

    test('a pause from the tray reaches it', async () => {
      await tray.choose('For 15 minutes');
      const health = (): Promise<unknown> => headless.get('/api/health');
      await expect
        .poll(health, POLL)
        .toMatchObject({ paused: true, paused_until: expect.any(Number) });
      await expect.poll(labels, POLL).toContain('Resume metering');
      await tray.choose('Resume metering');
      await expect.poll(health, POLL).toMatchObject({ paused: false });
    });

    test('its death is told, and it is shown again when it is back', async () => {
      // What was not stored yet is lost with it.
      await expect.poll(() => waitingRows(headless.api), POLL).toBe(0);
      headless.process.kill('SIGKILL');
      await expect
        .poll(labels, POLL)
        .toEqual([
          expect.stringMatching(/^⚠ The headless Tokwatt has ended/),
          'Start it here',
          'Open Tokwatt',
          'Quit',
        ]);
      const page = await app.overview();
      await page.getByText(/The headless Tokwatt that this window shows has ended/).waitFor();
      await page.evaluate(() => {
        location.hash = '#/history';
      });
      const failure = page.getByText('This could not be loaded.').first();
      await failure.waitFor();
      headless = await start();
      await expect.poll(async () => (await labels())[0], POLL).toMatch(ATTACHED);
      await failure.waitFor({ state: 'hidden' });
      await streamChat(headless.proxy, MODEL, 'Hello');
      await expect.poll(requests, POLL).toBe(3);
    });

    test('it quits without a question, and the headless core meters on', async () => {
      const answer = streamChat(headless.proxy, MODEL, 'Hello');
      const running = async (): Promise<number> => (await app.snapshot()).state.inFlight.length;
      await expect.poll(running, POLL).toBe(1);
      await tray.choose('Quit; metering goes on');
      expect(await app.exited).toBe(0);
      const counted = await answer;
      expect(counted.output).toBeGreaterThan(0);
      expect(await headless.get('/api/health')).toMatchObject({ status: 'ok' });
      const live = (): Promise<unknown> => headless.get('/api/live');
      await expect.poll(live, POLL).toMatchObject({ today: { all: { requests: 4 } } });
    });

    test('a core is started here when the headless one has ended', async () => {
      app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir });
      tray = await watcher.item();
      await app.overview();
      await headless.stop();
      const page = await app.overview();
      await page.getByRole('button', { name: 'Start it here' }).click();
      await expect.poll(async () => (await app.snapshot()).state.attachment, POLL).toBe(null);
      await expect.poll(requests, POLL).toBe(4);
      const { state } = await app.snapshot();
      await streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Hello');
      await expect.poll(requests, POLL).toBe(5);
      await expect.poll(labels, POLL).toContain('Quit');
      // Now the folder is its own.
      await expect(start()).rejects.toThrow(/in use by another Tokwatt \(desktop, /);
    });

    test('a headless core of another version is named, and the start refused', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
      const self = { pid: 1, since: Date.now(), version: '99.0.0', kind: 'headless' };
      const api = 'http://127.0.0.1:9';
      const holder = createServer((socket) =>
        socket.end(`${JSON.stringify({ ...self, api, proof: null })}\n`),
      ).listen(join(folder, 'tokwatt.lock'));
      const refused = spawnDesktop(['--data-dir', folder]);
      try {
        expect(await refused.exited).toBe(2);
        expect(refused.said()).toEqual([
          expect.stringMatching(
            /Tokwatt 99\.0\.0 uses this data folder, and this desktop is \d.*same version.*:9/,
          ),
        ]);
      } finally {
        await refused.dispose();
        holder.close();
        await removeFolder(folder);
      }
    });
  },
);
