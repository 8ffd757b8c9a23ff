/** The dialogs of the settings that nothing else opens, and pages without permission, in a real browser over HTTP. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, tokenOf } from '../support/control-api.ts';
import { startCorePages } from '../support/core-pages.ts';
import type { CorePages } from '../support/core-pages.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { removeFolder } from '../support/remove-folder.ts';
import { findChromium } from '../support/renderer-page.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';
const PRICES = { 'gpt-x': { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 } };

interface Settings {
  readonly cost: { readonly tariff: { readonly times: unknown; readonly hourly: unknown } };
  readonly budgets: readonly { readonly name: string }[];
  readonly hardware: { readonly wall_meter: { readonly name: string } | null };
}

// Each test goes on where the one before ended, so none can be repeated alone.
describe.skipIf(browserPath === null)(`dialogs of the settings${why}`, { retry: 0 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-page-dialogs-'));
  let tokwatt: Headless;
  let pages: CorePages;
  let page: Page;

  beforeAll(async () => {
    // An API that listens beyond loopback serves nothing without the token.
    const args = ['--bind', '0.0.0.0', '--log-level', 'error'];
    tokwatt = await startHeadless({ args, dataDir: folder });
    pages = await startCorePages(browserPath!);
    page = await pages.open('about:blank');
    const token = tokenOf(tokwatt);
    await page.addInitScript((given) => sessionStorage.setItem('tokwatt-token', given), token);
  });
  afterAll(async () => {
    expect(pages.complaints()).toEqual([]);
    await pages.dispose();
    await tokwatt.stop();
    await removeFolder(folder);
  });

  const settings = (): Promise<Settings> => ask<Settings>(tokwatt, 'GET', '/api/settings');
  const show = async (section: string): Promise<void> => {
    await page.goto(`${tokwatt.api}/#/settings/${section}`);
  };
  const opened = async (button: string): Promise<Locator> => {
    await page.getByRole('button', { name: button, exact: true }).click();
    return page.getByRole('dialog');
  };
  const save = async (dialog: Locator, verb = 'Save'): Promise<void> =>
    dialog.getByRole('button', { name: verb, exact: true }).click();

  test('a tariff without a currency names the setting that is missing, and is saved with one', async () => {
    await show('cost');
    const dialog = await opened('Set up…: Prices by the hour');
    await dialog.getByRole('textbox', { name: 'File' }).fill('/prices.csv');
    await save(dialog);
    const refusal = dialog.getByRole('alert');
    await refusal.waitFor();
    expect(await refusal.textContent()).toBe('Currency: is needed for the tariff, such as EUR');
    await ask(tokwatt, 'PATCH', '/api/settings', { cost: { currency: 'EUR' } });
    await save(dialog);
    await dialog.waitFor({ state: 'detached' });
    expect((await settings()).cost.tariff.hourly).toMatchObject({ file: '/prices.csv' });
  });

  test('a budget is refused beside the field that is wrong, and then added', async () => {
    await show('cost');
    const dialog = await opened('Add a budget…');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('month');
    await dialog.getByRole('textbox', { name: 'Amount' }).fill('0');
    await save(dialog);
    await dialog.getByText('must be more than 0').waitFor();
    await dialog.getByRole('textbox', { name: 'Amount' }).fill('1000');
    await save(dialog);
    await dialog.waitFor({ state: 'detached' });
    expect((await settings()).budgets).toMatchObject([{ name: 'month' }]);
  });

  test('a wall meter takes an address of the local network only', async () => {
    await show('hardware');
    const dialog = await opened('Set up…: Meter at the wall');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Desk');
    await dialog.getByRole('textbox', { name: 'Address' }).fill('8.8.8.8');
    await save(dialog);
    await dialog.getByText(/in the local network, such as 192\.168\.1\.20$/).waitFor();
    await dialog.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:9');
    await save(dialog);
    await dialog.waitFor({ state: 'detached' });
    expect((await settings()).hardware.wall_meter).toMatchObject({ name: 'Desk' });
  });

  test('an import says what is wrong with a list, and takes another', async () => {
    await show('cost');
    const field = page.getByLabel('Import a list…').first();
    const choose = async (content: string): Promise<void> => {
      const buffer = Buffer.from(content);
      await field.setInputFiles({ name: 'list.json', mimeType: 'application/json', buffer });
      await page.getByText('Import a list…').click();
    };
    await choose('{');
    await page.getByText('The list is not valid JSON.').waitFor();
    await choose(JSON.stringify(PRICES));
    await page.getByText(/has 1 model \(/).waitFor();
  });

  test('speak the language of the window, and so does what the core says is wrong', async () => {
    await ask(tokwatt, 'PATCH', '/api/settings', { appearance: { language: 'de' } });
    await show('cost');
    const dialog = await opened('Budget hinzufügen…');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('month');
    await dialog.getByRole('textbox', { name: 'Menge' }).fill('5');
    await save(dialog, 'Speichern');
    await dialog.getByText('ein anderes Budget heißt auch „month“').waitFor();
    await dialog.getByRole('button', { name: 'Abbrechen' }).click();
    await page.goto(`${tokwatt.api}/#/`);
    await page.getByText(/^Unter http:\/\/127\.0\.0\.1:11434 antwortet nichts/).waitFor();
    await page.goto(`${tokwatt.api}/#/hardware`);
    await page.getByText(/Das Steckdosen-Messgerät „Desk“ kann nicht gelesen werden/).waitFor();
    await ask(tokwatt, 'PATCH', '/api/settings', { appearance: { language: 'en' } });
  });

  test('Hardware without permission asks for the token, and shows its figures with it', async () => {
    const guest = await pages.open(`${tokwatt.api}/#/hardware`);
    const dialog = guest.getByRole('dialog', { name: 'API token' });
    await dialog.waitFor();
    await guest.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await guest.getByRole('heading', { name: 'Machine' }).count()).toBe(0);
    await guest.getByRole('button', { name: 'Enter the token' }).first().click();
    await dialog.waitFor();
    await dialog.getByRole('textbox').fill(tokenOf(tokwatt));
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await guest.getByRole('heading', { name: 'Machine' }).waitFor();
    await guest.context().close();
  });
});
