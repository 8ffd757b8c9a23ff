import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import { spawnInDeletedFolder } from '../support/deleted-folder.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import { spawnDesktop } from '../support/spawned-app.ts';
import type { SpawnedApp } from '../support/spawned-app.ts';
import { watchTray } from '../support/tray-watcher.ts';
import { readApi, streamChat, waitingRows } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

describe.skipIf(reason !== null)(
  `starting and stopping the desktop${reason === null ? '' : ` (${reason})`}`,
  () => {
    let dataDir: string;
    let running: SpawnedApp[];

    beforeEach(() => {
      dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
      running = [];
    });

    afterEach(async () => {
      for (const app of running) await app.dispose();
      await removeFolder(dataDir);
    });

    function start(...flags: string[]): SpawnedApp {
      const ports = ['--proxy-port', '0', '--api-port', '0', '--data-dir', dataDir];
      const app = spawnDesktop([...ports, ...flags]);
      running.push(app);
      return app;
    }

    test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
      'it says where it listens, and %s ends it with its totals saved',
      async (signal) => {
        const upstream = await startRecordedUpstream();
        try {
          const flags = ['--upstream', `ollama=${upstream.url}`];
          const first = start(...flags);
          const { proxies } = await first.ready();
          expect(proxies.map(({ upstream: name }) => name)).toEqual(['ollama']);
          const counted = await streamChat(proxies[0]!.url, MODEL, 'Hello');
          first.process.kill(signal);
          expect(await first.exited).toBe(0);
          expect(first.stdout().trim().split('\n')).toHaveLength(1);

          const second = start(...flags);
          const { api } = await second.ready();
          expect(await readApi(api, MODEL)).toEqual(counted);
        } finally {
          await upstream.stop();
        }
      },
    );

    test('a start while the first one still stops waits for it and runs', async () => {
      const upstream = await startRecordedUpstream({ frameGapMs: 600_000 });
      try {
        const first = start('--upstream', `ollama=${upstream.url}`);
        const { proxies } = await first.ready();
        const endless = streamChat(proxies[0]!.url, MODEL, 'Hello').catch(() => 'cut off');
        await expect.poll(() => upstream.requests.length).toBeGreaterThan(0);
        first.process.kill('SIGTERM');
        await expect.poll(() => existsSync(join(dataDir, 'tokwatt.stopping')), POLL).toBe(true);
        const second = start('--upstream', `ollama=${upstream.url}`);
        await second.ready();
        expect(await first.exited).toBe(0);
        expect(await endless).toBe('cut off');
        expect(second.process.exitCode).toBe(null);
      } finally {
        await upstream.stop();
      }
    });

    test('the end of a session on Windows, which only windows are told, is a quit in order', async () => {
      const upstream = await startRecordedUpstream();
      const app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir });
      try {
        const { state } = await app.snapshot();
        const counted = await streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Hello');
        await app.electron.evaluate(({ BrowserWindow }) => {
          setImmediate(() => BrowserWindow.getAllWindows()[0]!.emit('session-end'));
        });
        expect(await app.exited).toBe(0);
        const { api } = await start('--upstream', `ollama=${upstream.url}`).ready();
        expect(await readApi(api, MODEL)).toEqual(counted);
      } finally {
        await app.dispose();
        await upstream.stop();
      }
    });

    test('it stores and counts when started from a deleted folder', async () => {
      const upstream = await startRecordedUpstream();
      const ports = ['--proxy-port', '0', '--api-port', '0', '--data-dir', dataDir];
      const flags = [...ports, '--upstream', `ollama=${upstream.url}`];
      const app = spawnDesktop(flags, {}, spawnInDeletedFolder);
      running.push(app);
      try {
        const { proxies, api } = await app.ready();
        const counted = await streamChat(proxies[0]!.url, MODEL, 'Hello');
        await expect.poll(() => readApi(api, MODEL), POLL).toEqual(counted);
        await expect.poll(() => waitingRows(api), POLL).toBe(0);
        app.process.kill('SIGTERM');
        expect(await app.exited).toBe(0);
        const relative = spawnDesktop([...flags, '--data-dir', 'here'], {}, spawnInDeletedFolder);
        running.push(relative);
        expect(await relative.exited).toBe(2);
        expect(relative.said()[0]).toMatch(/here cannot be found.*deleted/);
      } finally {
        await upstream.stop();
      }
    });

    test('an answer that never ends does not prevent quitting', async () => {
      const upstream = await startRecordedUpstream({ frameGapMs: 600_000 });
      try {
        const app = start('--upstream', `ollama=${upstream.url}`);
        const { proxies } = await app.ready();
        const endless = streamChat(proxies[0]!.url, MODEL, 'Hello').catch(() => 'cut off');
        await expect
          .poll(() => upstream.requests.some(({ method }) => method === 'POST'))
          .toBe(true);
        app.process.kill('SIGTERM');
        expect(await app.exited).toBe(0);
        expect(await endless).toBe('cut off');
      } finally {
        await upstream.stop();
      }
    });

    test('the data folder has Tokwatt’s files, and Chromium’s in a separate folder', async () => {
      const app = start();
      await app.ready();
      app.process.kill('SIGTERM');
      await app.exited;
      const documents = ['settings', 'totals', 'exporters', 'models', 'window'];
      const files = documents.map((name) => `${name}.json`);
      const ours = new Set([
        'chromium',
        'ledger.db',
        'api-token',
        'hop-key',
        'tokwatt.log',
        'tokwatt.stopping',
        ...files,
      ]);
      // The lock that keeps a second one away lies where Electron looks for it.
      const found = readdirSync(dataDir).filter((name) => !name.startsWith('Singleton'));
      expect(found.filter((name) => !ours.has(name))).toEqual([]);
      expect(existsSync(join(dataDir, 'chromium'))).toBe(true);
    });

    test.each([
      ['--prot 11435', ['--prot', '11435'], /unknown option '--prot'/],
      ['a port that is none', ['--proxy-port', '99999'], /65535/],
      ['an address that is none', ['--upstream', 'nonsense'], /--upstream nonsense/],
    ])('%s is refused in one line with status 2', async (_, flags, line) => {
      const app = start(...flags);
      expect(await app.exited).toBe(2);
      expect(app.said()).toHaveLength(1);
      expect(app.said()[0]).toMatch(line);
      expect(app.stdout()).toBe('');
    });

    test('a port in use is reported in one line, with status 2', async () => {
      const first = start();
      const { api } = await first.ready();
      const other = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
      const second = spawnDesktop([
        ...['--proxy-port', '0', '--api-port', new URL(api).port, '--data-dir', other],
      ]);
      running.push(second);
      expect(await second.exited).toBe(2);
      expect(second.said()).toHaveLength(1);
      await removeFolder(other);
    });

    test('--help and --version answer on standard output', async () => {
      const help = start('--help');
      expect(await help.exited).toBe(0);
      expect(help.stdout()).toMatch(/--upstream/);
      const version = start('--version');
      expect(await version.exited).toBe(0);
      expect(version.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/);
    });

    test('a second start shows the first one’s window and exits; with a link, its page', async () => {
      const watcher = await watchTray();
      const first = await launchDesktop({
        upstreams: ['nobody=http://127.0.0.1:9'],
        dataDir,
        flags: ['--hidden'],
      });
      try {
        await watcher.item();
        expect(first.electron.windows()).toHaveLength(0);
        const opened = first.electron.waitForEvent('window');
        const second = start();
        expect(await second.exited).toBe(0);
        expect(second.said()).toEqual([
          'tokwatt: already running; its window was brought to the front.',
        ]);
        const page = await opened;
        expect(page.url()).toBe('app://tokwatt/');
        // A link comes as a second start too. What names no page opens the overview.
        for (const [link, hash] of [
          ['tokwatt://models/qwen3:8b', '#/models/qwen3%3A8b'],
          ['tokwatt://settings/../x?token=1', '#/'],
        ] as const) {
          expect(await start(link).exited).toBe(0);
          await expect.poll(() => page.url(), POLL).toBe(`app://tokwatt/${hash}`);
        }
      } finally {
        await first.dispose();
        watcher.close();
      }
    });

    test('without a tray, even --hidden opens the window, and closing it quits', async () => {
      const app = await launchDesktop({
        upstreams: ['nobody=http://127.0.0.1:9'],
        dataDir,
        flags: ['--hidden'],
      });
      try {
        await app.overview();
        await app.closeOverview();
        expect(await app.exited).toBe(0);
      } finally {
        await app.dispose();
      }
    });

    test('a tray that appears later is used when the window is closed next', async () => {
      const app = await launchDesktop({ upstreams: ['nobody=http://127.0.0.1:9'], dataDir });
      await app.overview();
      const watcher = await watchTray();
      try {
        await app.closeOverview();
        const tray = await watcher.item();
        await expect.poll(() => tray.tooltip(), POLL).toMatch(/^Tokwatt – Idle/);
        await tray.choose('Quit');
        expect(await app.exited).toBe(0);
      } finally {
        await app.dispose();
        watcher.close();
      }
    });
  },
);
