import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Message, sessionBus } from 'dbus-next';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopReason, launchDesktop } from '../support/app.ts';
import { removeFolder } from '../support/remove-folder.ts';
import type { DesktopApp } from '../support/app.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';
import { watchTray } from '../support/tray-watcher.ts';
import type { TrayWatcher } from '../support/tray-watcher.ts';
import { streamChat } from './readings.ts';

const reason = desktopReason();
const POLL = { timeout: 30_000, interval: 100 };
const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

interface Shown {
  readonly id: number;
  readonly title: string;
  readonly body: string;
}

/** The desktop's side of notifications: owns their name on the session bus, and clicks. */
async function takeNotifications(): Promise<{
  shown: Shown[];
  click: (id: number) => void;
  close: () => void;
}> {
  const bus = sessionBus();
  const shown: Shown[] = [];
  bus.addMethodHandler((message: Message) => {
    if (message.interface !== NAME) return false;
    const answers: Record<string, () => [string, unknown[]]> = {
      GetServerInformation: () => ['ssss', ['test', 'test', '1', '1.2']],
      GetCapabilities: () => ['as', [['body', 'actions']]],
      CloseNotification: () => ['', []],
      Notify: () => {
        const [, , , title, body] = message.body as [string, number, string, string, string];
        shown.push({ id: shown.length + 1, title, body });
        return ['u', [shown.length]];
      },
    };
    const answer = answers[message.member];
    if (answer === undefined) return false;
    bus.send(Message.newMethodReturn(message, ...answer()));
    return true;
  });
  const reply = await bus.requestName(NAME, 4);
  if (reply !== 1) throw new Error(`${NAME} is taken: run under dbus-run-session`);
  return {
    shown,
    click: (id) => bus.send(Message.newSignal(PATH, NAME, 'ActionInvoked', 'us', [id, 'default'])),
    close: () => bus.disconnect(),
  };
}

describe.skipIf(reason !== null)(
  `alerts on the desktop${reason === null ? '' : ` (${reason})`}`,
  () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-e2e-'));
    let watcher: TrayWatcher;
    let desktop: Awaited<ReturnType<typeof takeNotifications>>;
    let upstream: RecordedUpstream;
    let app: DesktopApp;

    beforeAll(async () => {
      const rules = [
        { name: 'Anything today', figure: 'requests_today', threshold: 0 },
        { name: 'Two today', figure: 'requests_today', threshold: 1 },
      ];
      writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ alerts: { rules } }));
      watcher = await watchTray();
      desktop = await takeNotifications();
      upstream = await startRecordedUpstream();
      app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir });
    });

    afterAll(async () => {
      await app.dispose();
      await upstream.stop();
      desktop.close();
      watcher.close();
      await removeFolder(dataDir);
    });

    async function chat(): Promise<void> {
      const { state } = await app.snapshot();
      await streamChat(state.upstreams[0]!.proxyUrl, MODEL, 'Say something.');
    }

    test('each alert is shown once, and a click opens the window', async () => {
      await chat();
      await expect.poll(() => desktop.shown, POLL).toHaveLength(1);
      expect(desktop.shown[0]).toEqual({
        id: 1,
        title: 'Anything today',
        body: 'Requests today is 1, above 0',
      });
      await chat();
      await expect.poll(() => desktop.shown, POLL).toHaveLength(2);
      expect(desktop.shown[1]?.title).toBe('Two today');
      await app.closeOverview();
      await expect.poll(() => app.electron.windows().length, POLL).toBe(0);
      desktop.click(2);
      await expect.poll(() => app.electron.windows().length, POLL).toBe(1);
    });

    test('an alert that already fires at the start is not shown', async () => {
      await app.electron.close();
      await app.dispose();
      const before = desktop.shown.length;
      app = await launchDesktop({ upstreams: [`ollama=${upstream.url}`], dataDir });
      const values = async (): Promise<(number | null)[]> =>
        (await app.snapshot()).state.alerts.map(({ value }) => value);
      await expect.poll(values, POLL).toEqual([2, 2]);
      await chat();
      await expect.poll(values, POLL).toEqual([3, 3]);
      expect(desktop.shown).toHaveLength(before);
    });
  },
);
