/** The main job of each page in the desktop's window, in front of a real llama-server. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_NAMES } from '../../shared/page-address.ts';
import type { PageName } from '../../shared/page-address.ts';
import { en } from '../../shared/messages/en/index.ts';
import { desktopReason, launchDesktop } from '../support/app.ts';
import type { DesktopApp } from '../support/app.ts';
import { llamaServerOrReason, startLlamaServer } from '../support/llama-server.ts';
import type { RunningLlamaServer } from '../support/llama-server.ts';
import { streamChat } from './readings.ts';
import type { Reading } from './readings.ts';

const llama = llamaServerOrReason();
const reason = desktopReason() ?? (typeof llama === 'string' ? llama : null);
const POLL = { timeout: 20_000, interval: 50 };
const PROMPTS = ['Tell me about meters.', 'And about bolts.', 'And about watts.'];
/** As Tokwatt names the client that the requests are sent with. */
const CLIENT = 'OpenAI SDK (JavaScript)';

describe.skipIf(reason !== null)(`each page of the window${reason ? ` (${reason})` : ''}`, () => {
  let server: RunningLlamaServer;
  let app: DesktopApp;
  let page: Page;
  let model: string;
  const said: Reading[] = [];
  const opened = new Set<PageName>();

  beforeAll(async () => {
    server = await startLlamaServer({ model: 'router' });
    app = await launchDesktop({ upstreams: [`llama=${server.url}`] });
    page = await app.overview();
    page.setDefaultTimeout(POLL.timeout);
    const { state } = await app.snapshot();
    model = 'chat';
    for (const prompt of PROMPTS) {
      said.push(await streamChat(state.upstreams[0]!.proxyUrl, model, prompt));
    }
  });
  afterAll(async () => {
    await app.dispose();
    await server.stop();
  });

  async function open(name: PageName): Promise<Locator> {
    const title = en.frame.pages[name];
    const rail = page.getByRole('navigation', { name: en.frame.navigation });
    await rail.getByRole('link', { name: new RegExp(`^${title}`) }).click();
    await page.locator(`[data-page="${name}"]`).waitFor();
    opened.add(name);
    return page.locator(`[data-page="${name}"]`);
  }
  const output = (): number => said.reduce((all, each) => all + each.output, 0);

  test('Overview counts what was asked', async () => {
    const overview = await open('overview');
    const cell = overview.locator(`[data-model="${model}"] [data-col="output"]`).first();
    await expect.poll(() => cell.getAttribute('data-value'), POLL).toBe(String(output()));
  });

  test('Activity opens the detail of a row', async () => {
    const activity = await open('activity');
    const rows = activity.getByRole('row').filter({ has: page.getByRole('gridcell') });
    await expect.poll(() => rows.count(), POLL).toBe(PROMPTS.length);
    await rows.first().click();
    const detail = page.getByRole('complementary');
    await detail.getByRole('heading', { name: model }).waitFor();
    await detail.getByText(`${said.at(-1)!.output} reported by the server`).waitFor();
  });

  test('History zooms into a time and comes back', async () => {
    await open('history');
    const chart = page.getByRole('slider', { name: 'Requests', exact: true });
    await chart.focus();
    const whole = page.url();
    for (const key of ['End', 'Enter', 'Shift+ArrowLeft', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => page.url(), POLL).toMatch(/range=\d+%7E\d+/);
    await page.getByRole('button', { name: 'Back to the longer range' }).click();
    await expect.poll(() => page.url(), POLL).toBe(whole);
    await chart.waitFor();
  });

  test('Models opens a model with what it has said', async () => {
    const models = await open('models');
    await models.getByRole('link', { name: model, exact: true }).click();
    const figure = page.getByTestId('model-output');
    await expect.poll(() => figure.getAttribute('data-value'), POLL).toBe(String(output()));
  });

  test('Clients gives one a name', async () => {
    const clients = await open('clients');
    await clients.locator(`[data-client="${CLIENT}"]`).getByRole('link').click();
    await page.getByRole('button', { name: 'Name and colour…' }).click();
    await page.getByRole('textbox', { name: 'Name to show' }).fill('My script');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'My script' }).waitFor();
  });

  test('Hardware shows the machine', async () => {
    const hardware = await open('hardware');
    await hardware.getByRole('heading', { name: 'Machine', exact: true }).waitFor();
    await hardware.getByText(/ GiB of .* GiB/).waitFor();
  });

  test('Alerts adds a rule and removes it', async () => {
    await open('alerts');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByRole('menuitem', { name: 'A blank rule' }).click();
    const rule = page.getByRole('group', { name: 'New rule', exact: true });
    await rule.waitFor();
    const rules = async (): Promise<number> => (await app.snapshot()).state.alerts.length;
    await rule.getByRole('button', { name: 'More about New rule' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await rule.waitFor({ state: 'detached' });
    expect(await rules()).toBe(0);
  });

  test('Playground gets a streamed answer, and it is metered', async () => {
    const playground = await open('playground');
    await playground.getByRole('combobox', { name: 'Model', exact: true }).fill(model);
    await page.getByRole('option', { name: model }).click();
    const field = page.getByRole('textbox', { name: 'Message' });
    await field.fill('Tell me about tokens.');
    await field.press('Enter');
    await page.getByRole('article', { name: model }).waitFor();
    const figure = page.locator('[data-figure=output]');
    await expect.poll(() => figure.textContent(), POLL).toMatch(/^\d+$/);
    const { state } = await app.snapshot();
    expect(state.totals.today.all.requests).toBe(PROMPTS.length + 1);
  });

  test('Settings changes one and takes it back', async () => {
    await open('settings');
    await page.getByRole('link', { name: 'Updates' }).click();
    const box = page.getByRole('checkbox', { name: /newer version/ });
    const before = await box.isChecked();
    await box.click();
    await expect.poll(() => box.isChecked(), POLL).toBe(!before);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => box.isChecked(), POLL).toBe(before);
  });

  test('no page was left out', () => {
    expect([...opened].toSorted()).toEqual([...PAGE_NAMES].toSorted());
  });
});
