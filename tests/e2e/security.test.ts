import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import { desktopReason, launchDesktop, readSnapshot } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';

const reason = desktopReason();

/** Electron's security checklist, tried on the running application. */
describe.skipIf(reason !== null)(
  `the window's closed doors${reason === null ? '' : ` (${reason})`}`,
  () => {
    let app: DesktopApp;
    let page: Page;
    let stranger: Server;
    let strangerUrl: string;
    const asked: string[] = [];

    beforeAll(async () => {
      stranger = createServer((request, response) => {
        // The main process looks for servers on this machine. What counts is the page.
        if (request.headers['user-agent'] !== 'tokwatt') asked.push(request.url ?? '');
        response.writeHead(200, {
          'content-type': 'text/html',
          'access-control-allow-origin': '*',
        });
        response.end('<title>stranger</title>');
      }).listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
      app = await launchDesktop({ upstreams: ['nobody=http://127.0.0.1:9'] });
      page = await app.overview();
      await catchLinks(app);
    });

    afterAll(async () => {
      await app.dispose();
      stranger.close();
    });

    test('the page comes over the custom protocol with a strict policy', async () => {
      expect(page.url()).toMatch(/^app:\/\/tokwatt\/(#\/)?$/);
      const { status, headers } = await fetchAsMain(app, 'app://tokwatt/');
      expect(status).toBe(200);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
    });

    test('the page itself breaks no rule of the policy', async () => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.reload();
      await page.getByRole('button', { name: 'Pause metering' }).waitFor();
      expect(complaints).toEqual([]);
    });

    test.each([
      'app://tokwatt/../main.cjs',
      'app://tokwatt/%2e%2e/main.cjs',
      'app://tokwatt/..%2fmain.cjs',
      'app://tokwatt/..%5cmain.cjs',
      'app://tokwatt/%2fetc/passwd',
      'app://elsewhere/index.html',
    ])('%s leads nowhere', async (address) => {
      expect((await fetchAsMain(app, address)).status).toBe(404);
    });

    test('the page has the bridge and nothing of Node or Electron', async () => {
      const found = await page.evaluate((key) => {
        const names = [
          'require',
          'process',
          'module',
          'Buffer',
          'global',
          'ipcRenderer',
          'electron',
        ];
        const bridge = Reflect.get(globalThis, key) as object;
        return {
          leaked: names.filter((name) => Reflect.has(globalThis, name)),
          bridge: Object.keys(bridge).sort(),
        };
      }, BRIDGE_KEY);
      expect(found).toEqual({ leaked: [], bridge: ['call', 'on', 'platform', 'units'] });
    });

    test('foreign and inline script, eval and strings as markup are blocked', async () => {
      const outcome = await page.evaluate(async (url) => {
        const blocked: string[] = [];
        const attempt = async (name: string, run: () => unknown): Promise<void> => {
          try {
            await run();
          } catch {
            blocked.push(name);
          }
        };
        const run = 'window.strangerRan = true';
        const element = document.createElement('script');
        // The debugger that runs this function may use eval; what the page does later may not.
        await new Promise((resolve) => setTimeout(resolve));
        await attempt('eval', () => Reflect.apply(eval, null, [run]) as unknown);
        await attempt('markup', () => (document.createElement('div').innerHTML = '<b>text</b>'));
        await attempt('handler', () => document.body.setAttribute('onclick', run));
        await attempt('element', () => (element.textContent = run));
        await attempt('address', () => (element.src = `${url}/script`));
        await attempt('data', () => import(/* @vite-ignore */ `data:text/javascript,${run}`));
        await attempt('module', () => import(/* @vite-ignore */ `${url}/module`));
        document.body.click();
        return { blocked, ran: Reflect.has(globalThis, 'strangerRan') };
      }, strangerUrl);
      expect(outcome).toEqual({
        blocked: ['eval', 'markup', 'handler', 'element', 'address', 'data', 'module'],
        ran: false,
      });
      expect(asked).toEqual([]);
    });

    test('the page reaches no network: not by fetch, image, frame, form or socket', async () => {
      const outcome = await page.evaluate(async (url) => {
        const load = (element: HTMLImageElement | HTMLScriptElement): Promise<string> =>
          new Promise((resolve) => {
            element.onload = () => resolve('loaded');
            element.onerror = () => resolve('blocked');
            document.body.append(element);
          });
        const image = new Image();
        image.src = `${url}/image`;
        const frame = document.createElement('iframe');
        frame.src = `${url}/frame`;
        document.body.append(frame);
        const form = document.createElement('form');
        form.action = `${url}/form`;
        document.body.append(form);
        form.submit();
        return {
          fetch: await fetch(`${url}/fetch`).then(
            () => 'answered',
            () => 'blocked',
          ),
          image: await load(image),
          beacon: navigator.sendBeacon(`${url}/beacon`),
          socket: await new Promise((resolve) => {
            try {
              const socket = new WebSocket(url.replace('http', 'ws'));
              socket.onerror = () => resolve('blocked');
              socket.onopen = () => resolve('open');
            } catch {
              resolve('blocked');
            }
          }),
        };
      }, strangerUrl);
      expect(outcome).toMatchObject({ fetch: 'blocked', image: 'blocked', socket: 'blocked' });
      expect(asked).toEqual([]);
    });

    test('the page can neither navigate away nor open windows', async () => {
      const opened = await page.evaluate((url) => {
        location.href = `${url}/navigated`;
        return window.open(`${url}/opened`) !== null;
      }, strangerUrl);
      expect(opened).toBe(false);
      // A round trip over IPC, after which a navigation would have begun.
      await readSnapshot(page);
      expect(page.url()).toMatch(/^app:\/\/tokwatt\/(#\/)?$/);
      expect(app.electron.windows()).toHaveLength(1);
      expect(asked).toEqual([]);
    });

    test('a link of the page opens in the system, and never in the window', async () => {
      await forgetLinks(app);
      const links = ['https://example.org/a?b=c', 'mailto:a@example.org', 'file:///etc/passwd'];
      await page.evaluate((hrefs) => {
        for (const href of [...hrefs, 'vscode://file/x', 'https://a@b.example/']) {
          const link = document.createElement('a');
          Object.assign(link, { href, target: '_blank', rel: 'noreferrer noopener' });
          document.body.append(link);
          link.click();
          link.remove();
        }
      }, links);
      await readSnapshot(page);
      await expect.poll(() => openedLinks(app)).toEqual(links.slice(0, 2));
      expect(page.url()).toMatch(/^app:\/\/tokwatt\/(#\/)?$/);
      expect(app.electron.windows()).toHaveLength(1);
    });

    test('a link of a foreign page opens nothing', async () => {
      await forgetLinks(app);
      await app.electron.evaluate(async ({ BrowserWindow }, url) => {
        const foreign = new BrowserWindow({ show: false });
        await foreign.loadURL(url);
        await foreign.webContents.executeJavaScript(`void open('https://example.org/')`, true);
        foreign.destroy();
      }, strangerUrl);
      asked.length = 0;
      expect(await openedLinks(app)).toEqual([]);
    });

    test('every window has the strict preferences, as Electron itself tells them', async () => {
      const preferences = await app.electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map(({ webContents }) => {
          // It is not in Electron's types.
          const told = webContents as unknown as {
            getLastWebPreferences: () => Record<string, unknown>;
          };
          return told.getLastWebPreferences();
        }),
      );
      expect(preferences).toHaveLength(1);
      expect(preferences[0]).toMatchObject({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
      });
      expect(preferences[0]?.enableBlinkFeatures ?? '').toBe('');
    });

    test('every permission is refused', async () => {
      const states = await page.evaluate(async () => {
        const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'];
        const answers = names.map((name) =>
          navigator.permissions.query({ name: name as PermissionName }),
        );
        return (await Promise.all(answers)).map(({ state }) => state);
      });
      expect(new Set(states)).toEqual(new Set(['denied']));
    });

    test('a call that is not in the contract, or does not fit it, is refused', async () => {
      const answers = await page.evaluate(async (key) => {
        const bridge = Reflect.get(globalThis, key) as {
          call(name: string, input: unknown): Promise<unknown>;
        };
        const attempt = async (name: string, input: unknown): Promise<string> => {
          try {
            await bridge.call(name, input);
            return 'answered';
          } catch {
            return 'refused';
          }
        };
        return [
          await attempt('setPaused', 'yes'),
          await attempt('getSnapshot', { extra: true }),
          await attempt('copyText', 'x'.repeat(10_001)),
          await attempt('quit', undefined),
          await attempt('__proto__', undefined),
          await attempt('setPaused', false),
        ];
      }, BRIDGE_KEY);
      expect(answers).toEqual(['refused', 'refused', 'refused', 'refused', 'refused', 'answered']);
    });

    test.each([
      ['a stranger’s page with our preload script', () => strangerUrl],
      ['our own page in a window that is not ours', () => 'app://tokwatt/'],
    ])('%s is refused by every call', async (_, url) => {
      const answer = await callFromForeignWindow(app, url());
      expect(answer).toMatch(/getSnapshot was refused/);
    });
  },
);

/** Keeps links that the system would open. */
async function catchLinks(app: DesktopApp): Promise<void> {
  await app.electron.evaluate(({ shell }) => {
    const links: string[] = [];
    Reflect.set(globalThis, 'openedLinks', links);
    shell.openExternal = (url) => {
      links.push(url);
      return Promise.resolve();
    };
  });
}

function openedLinks(app: DesktopApp): Promise<string[]> {
  return app.electron.evaluate(() => [...(Reflect.get(globalThis, 'openedLinks') as string[])]);
}

async function forgetLinks(app: DesktopApp): Promise<void> {
  await app.electron.evaluate(
    () => void (Reflect.get(globalThis, 'openedLinks') as string[]).splice(0),
  );
}

async function fetchAsMain(
  app: DesktopApp,
  address: string,
): Promise<{ status: number; headers: Record<string, string> }> {
  return app.electron.evaluate(async ({ net }, url) => {
    const response = await net.fetch(url);
    return { status: response.status, headers: Object.fromEntries(response.headers.entries()) };
  }, address);
}

/** Opens a window of the worst kind a mistake could open, and calls from there. */
async function callFromForeignWindow(app: DesktopApp, url: string): Promise<string> {
  return app.electron.evaluate(
    async (electron, { address, key }) => {
      const foreign = new electron.BrowserWindow({
        show: false,
        webPreferences: { preload: `${electron.app.getAppPath()}/dist/preload.cjs` },
      });
      try {
        await foreign.loadURL(address);
        const script = `${key}.call('getSnapshot').then(() => 'answered', (e) => e.message)`;
        return String(await foreign.webContents.executeJavaScript(script));
      } finally {
        foreign.destroy();
      }
    },
    { address: url, key: BRIDGE_KEY },
  );
}
