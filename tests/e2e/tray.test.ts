import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayItem, TrayWatcher } from '../support/tray-watcher.ts';
import { streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 30_000, interval: 100 };

/** One application through a day of the tray: the steps build on each other. */
describe.skipIf(reason !== null)(`the tray${reason === null ? '' : ` (${reason})`}`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
  const icons: Record<string, string> = {};
  let watcher: TrayWatcher;
  let upstream: RecordedUpstream;
  let app: DesktopApp;
  let tray: TrayItem;
  let proxy: string;

  beforeAll(async () => {
    watcher = await watchTray();
    upstream = await startRecordedUpstream();
    const silent = 'silent=http://127.0.0.1:9';
    app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`, silent], dataDir });
    proxy = (await app.snapshot()).state.upstreams[0]!.proxyUrl;
    tray = await watcher.item();
  });

  afterAll(async () => {
    await app.dispose();
    await upstream.stop();
    watcher.close();
    await removeFolder(dataDir);
  });

  async function labels(): Promise<string[]> {
    return (await tray.menu()).filter((entry) => !entry.separator).map((entry) => entry.label);
  }

  async function first(): Promise<string | undefined> {
    return (await labels())[0];
  }

  async function chat(): Promise<void> {
    await streamChat(proxy, MODEL, 'Say something.');
  }

  test('a server that was never up is told and is no problem', async () => {
    await expect.poll(labels, POLL).toContain('silent does not answer');
    await expect.poll(labels, POLL).toContain('Idle');
    expect((await labels()).join()).not.toContain('⚠');
    icons.idle = await tray.icon();
    expect(await tray.iconSize()).toBe(22);
  });

  test('every row can be chosen, and opens the page that it speaks of', async () => {
    await chat();
    await expect.poll(labels, POLL).toContain('Today by model');
    const rows = (await tray.menu()).filter((entry) => !entry.separator);
    expect(rows.filter(({ enabled }) => !enabled)).toEqual([]);
    const page = await app.overview();
    await tray.choose('silent does not answer');
    await expect.poll(() => new URL(page.url()).hash, POLL).toBe('#/settings/upstreams');
    await app.closeOverview();
    await expect.poll(() => app.electron.windows().length, POLL).toBe(0);
    await tray.choose('Open its page');
    const opened = await app.overview();
    const address = `#/models/${encodeURIComponent(MODEL)}`;
    await expect.poll(() => new URL(opened.url()).hash, POLL).toBe(address);
  });

  test.each(['qt', 'gnome'] as const)(
    'a menu that is open in a %s panel keeps its rows under load',
    async (kind) => {
      await tray.closeMenu();
      const before = await tray.menu();
      await tray.openMenu(kind);
      tray.menuSignals();
      const ends = Date.now() + 3_000;
      while (Date.now() < ends) await Promise.all(Array.from({ length: 10 }, chat));
      // Another model would be a new row.
      await streamChat(proxy, `another-${kind}`, 'Say something.').catch(() => undefined);
      await setTimeout(1_000);
      const during = tray.menuSignals();
      expect(during.filter(({ member }) => member === 'LayoutUpdated')).toEqual([]);
      expect(during.length).toBeGreaterThan(0);
      expect((await tray.menu()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    },
  );

  test('what waited comes when the menu is closed, and known rows keep their ids', async () => {
    await tray.closeMenu();
    const before = new Map((await tray.menu()).map(({ id, label }) => [label, id]));
    await tray.openMenu('qt');
    await tray.choose('Until resumed');
    await expect.poll(first, POLL).not.toBe('');
    await tray.closeMenu();
    await expect.poll(labels, POLL).toContain('Resume metering');
    const after = new Map((await tray.menu()).map(({ id, label }) => [label, id]));
    for (const label of ['Open Tokwatt', 'Quit', 'Copy address']) {
      expect(after.get(label)).toBe(before.get(label));
    }
  });

  test('a pause has its own shape, and one for a time tells its end', async () => {
    await expect.poll(() => tray.tooltip(), POLL).toMatch(/^Tokwatt – Metering paused\n/);
    icons.paused = await tray.icon();
    expect(icons.paused).not.toBe(icons.idle);
    await tray.choose('Resume metering');
    await expect.poll(labels, POLL).toContain('For 1 hour');
    await tray.choose('For 1 hour');
    await expect.poll(() => tray.tooltip(), POLL).toMatch(/Metering paused until \d\d:\d\d/);
    const { paused, pausedUntil } = (await app.snapshot()).state.app;
    expect(paused).toBe(true);
    expect(pausedUntil).toBeGreaterThan(Date.now() + 59 * 60_000 - 30_000);
    await tray.choose('Resume metering');
    await expect.poll(() => tray.icon(), POLL).toBe(icons.idle);
  });

  test('a server that clients use and that is gone is a problem, until it is back', async () => {
    await chat();
    const { port } = new URL(upstream.url);
    await upstream.stop();
    await chat().catch(() => undefined);
    await expect.poll(first, POLL).toMatch(/^⚠ ollama is down since \d\d:\d\d$/);
    expect(await tray.tooltip()).toMatch(/\nollama is down since/);
    icons.problem = await tray.icon();
    expect(new Set(Object.values(icons)).size).toBe(3);
    upstream = await startRecordedUpstream({ port: Number(port) });
    await expect.poll(first, POLL).not.toMatch(/⚠/);
    await expect.poll(() => tray.icon(), POLL).toBe(icons.idle);
  });

  test('a panel that is started again gets the icon again', async () => {
    const before = watcher.registrations();
    await watcher.restart();
    await expect.poll(() => watcher.registrations(), POLL).toBe(before + 1);
    tray = await watcher.item();
    await expect.poll(labels, POLL).toContain('Open Tokwatt');
  });
});
