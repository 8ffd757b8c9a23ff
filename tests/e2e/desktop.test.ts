import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import { removeFolder } from '../support/remove-folder.ts';
import type { DesktopApp } from '../support/app.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayItem, TrayWatcher } from '../support/tray-watcher.ts';
import { readApi, readMenu, readTooltip, readWindow, streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 20_000, interval: 100 };

/** One application, used as a person would: the steps build on each other. */
describe.skipIf(reason !== null)(`the desktop${reason === null ? '' : ` (${reason})`}`, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
  let watcher: TrayWatcher;
  let upstream: RecordedUpstream;
  let app: DesktopApp;
  let tray: TrayItem;
  let proxy: string;
  let api: string;

  async function start(): Promise<void> {
    app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir });
    const { state } = await app.snapshot();
    proxy = state.upstreams[0]!.proxyUrl;
    api = state.app.apiUrl!;
    tray = await watcher.item();
  }

  beforeAll(async () => {
    watcher = await watchTray();
    upstream = await startRecordedUpstream();
    await start();
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

  /** What all steps together have used. */
  const counted = { input: 5 * INPUT_TOKENS, output: 5 * OUTPUT_TOKENS };
  const once = { input: INPUT_TOKENS, output: OUTPUT_TOKENS };

  test('one exchange reads the same in window, menu, tooltip and API', async () => {
    expect(await streamChat(proxy, MODEL, 'Say something.')).toEqual(once);
    const page = await app.overview();
    await expect.poll(() => readWindow(page, MODEL), POLL).toEqual(once);
    await expect.poll(() => readMenu(tray, MODEL), POLL).toEqual(once);
    await expect.poll(() => readTooltip(tray), POLL).toEqual(once);
    expect(await readApi(api, MODEL)).toEqual(once);
  });

  test('the page asks the API in the same process, with all rights', async () => {
    const page = await app.overview();
    const [activity, refused, changed] = await page.evaluate(async () => {
      const json = async (path: string, init?: RequestInit): Promise<unknown> =>
        (await fetch(`app://tokwatt/api/${path}`, init)).json();
      return [
        await json('activity?limit=1'),
        await json('activity?nothing=1'),
        await json('settings', { method: 'PATCH', body: '{"retention":{"gpu_days":30}}' }),
      ];
    });
    expect(activity).toMatchObject({
      activity: [{ model: MODEL, client: { address: '127.0.0.1' } }],
    });
    expect(refused).toMatchObject({ status: 400, code: 'bad_request' });
    expect(changed).toMatchObject({ settings: { retention: { gpu_days: 30 } } });
  });

  test('leaving a stream of the API ends its request', async () => {
    const page = await app.overview();
    const first = await page.evaluate(async () => {
      const stop = new AbortController();
      const answer = await fetch('app://tokwatt/api/events?types=live', { signal: stop.signal });
      const { value } = (await answer.body?.getReader().read()) ?? {};
      stop.abort();
      return new TextDecoder().decode(value).slice(0, 3);
    });
    expect(first).toMatch(/^(id:|:|eve|ret)/);
  });

  test('the menu lists the loaded model and the actions', async () => {
    await expect
      .poll(labels, POLL)
      .toEqual(
        expect.arrayContaining([
          expect.stringMatching(`^${MODEL}  idle`),
          'Open its page',
          'Unload now',
          'Open Tokwatt',
          'For 15 minutes',
          'Quit',
        ]),
      );
  });

  test('closing the window ends its page; tray and proxy stay', async () => {
    await app.closeOverview();
    await expect.poll(() => windowCount(app), POLL).toBe(0);
    await expect.poll(() => pageProcesses(app), POLL).toBe(0);
    await streamChat(proxy, MODEL, 'Is anybody there?');
    const twice = { input: 2 * INPUT_TOKENS, output: 2 * OUTPUT_TOKENS };
    await expect.poll(() => readMenu(tray, MODEL), POLL).toEqual(twice);
  });

  test('the tray opens the window with the current state, and only one window', async () => {
    await tray.choose('Open Tokwatt');
    const page = await app.overview();
    const twice = { input: 2 * INPUT_TOKENS, output: 2 * OUTPUT_TOKENS };
    await expect.poll(() => readWindow(page, MODEL), POLL).toEqual(twice);
    await tray.choose('Open Tokwatt');
    await tray.activate();
    await page.waitForTimeout(500);
    expect(await windowCount(app)).toBe(1);
  });

  test('while paused from the tray, traffic flows and is not counted', async () => {
    const activeIcon = await tray.icon();
    await tray.choose('Until resumed');
    await expect.poll(labels, POLL).toContain('Resume metering');
    await expect.poll(() => tray.icon(), POLL).not.toBe(activeIcon);
    expect(await tray.tooltip()).toMatch(/^Tokwatt – Metering paused/);
    expect((await app.snapshot()).state.app.paused).toBe(true);

    expect(await streamChat(proxy, MODEL, 'Off the record.')).toEqual(once);
    await tray.choose('Resume metering');
    await expect.poll(labels, POLL).toContain('Pause metering');
    await streamChat(proxy, MODEL, 'On the record.');
    const thrice = { input: 3 * INPUT_TOKENS, output: 3 * OUTPUT_TOKENS };
    await expect.poll(() => readMenu(tray, MODEL), POLL).toEqual(thrice);
  });

  test('what was measured is stored when the system goes to sleep, and traffic goes on after it', async () => {
    const said = (): string => readFileSync(join(dataDir, 'tokwatt.log'), 'utf8');
    const power = (event: 'suspend' | 'resume'): Promise<boolean> =>
      app.electron.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event);
    const four = { input: 4 * INPUT_TOKENS, output: 4 * OUTPUT_TOKENS };
    await streamChat(proxy, MODEL, 'Good night.');
    await expect.poll(() => readApi(api, MODEL), POLL).toEqual(four);
    await power('suspend');
    await expect.poll(said, POLL).toContain('everything measured is stored');
    await power('resume');
    await expect.poll(said, POLL).toContain('the system is awake again');
    await streamChat(proxy, MODEL, 'Good morning.');
    await expect.poll(() => readApi(api, MODEL), POLL).toEqual(counted);
    // The battery was empty in the second sleep.
    await power('suspend');
    await expect.poll(() => said().split('everything measured is stored'), POLL).toHaveLength(3);
    await app.dispose();
    await start();
    await expect.poll(() => readApi(api, MODEL), POLL).toEqual(counted);
  });

  test('quitting from the tray exits with status 0 and removes the icon', async () => {
    await tray.choose('Quit');
    expect(await app.exited).toBe(0);
    await expect.poll(() => watcher.hasItem(), POLL).toBe(false);
  });

  test('a new start shows the totals of the last one', async () => {
    await start();
    const page = await app.overview();
    await expect.poll(() => readWindow(page, MODEL), POLL).toEqual(counted);
    expect(await readMenu(tray, MODEL)).toEqual(counted);
    expect(await readApi(api, MODEL)).toEqual(counted);
  });
});

async function windowCount(app: DesktopApp): Promise<number> {
  return app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
}

/** How many processes draw pages; a hidden window would keep its own. */
async function pageProcesses(app: DesktopApp): Promise<number> {
  return app.electron.evaluate(
    (electron) => electron.app.getAppMetrics().filter(({ type }) => type === 'Tab').length,
  );
}
