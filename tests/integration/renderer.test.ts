import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCompact,
  formatCount,
  formatDuration,
  formatElapsed,
  formatEstimated,
  formatMarked,
  formatRateValue,
  formatTotal,
} from '../../shared/format.ts';
import { formatWattHours } from '../../shared/format-energy.ts';
import type { PeriodTotals } from '../../shared/slices.ts';
import { SCHEME_RULES, violations } from '../support/axe.ts';
import { findChromium, startRendererPages } from '../support/renderer-page.ts';
import type { RendererPages } from '../support/renderer-page.ts';
import { SCENARIOS, scenario } from '../support/scenarios.ts';

const browserPath = findChromium();
const why = browserPath === null ? ' (skipped: no Chromium here; set TOKWATT_CHROMIUM)' : '';

const NOW = new Date(2026, 10, 21, 14, 3, 7).getTime();
/** For axe, which reads every element of several pages, milliseconds. */
const SLOW = 240_000;
const POLL = { timeout: 10_000, interval: 50 };

describe.skipIf(browserPath === null)(`the window in a browser${why}`, () => {
  let pages: RendererPages;

  beforeAll(async () => {
    pages = await startRendererPages(NOW, browserPath!);
  });

  afterEach(() => {
    // A blocked style or script shows up here, and so does whatever React complains about.
    expect(pages.complaints()).toEqual([]);
  });

  afterAll(async () => {
    await pages.dispose();
  });

  describe('figures', () => {
    test('the speeds now are those of the state', async () => {
      const page = await pages.open('traffic');
      const { throughput } = scenario('traffic', NOW).state;
      const now = page.getByTestId('throughput-now');
      expect(await now.textContent()).toBe(formatRateValue(throughput.outputTokensPerSecond));
      expect(Number(await now.getAttribute('data-value'))).toBe(throughput.outputTokensPerSecond);
      expect(await page.getByTestId('throughput-input-now').textContent()).toBe(
        formatRateValue(throughput.inputTokensPerSecond),
      );
    });

    test('pointing at the chart shows both series at that time', async () => {
      const page = await pages.open('traffic');
      const chart = page.getByTestId('throughput-chart');
      await chart.hover({ position: { x: 300, y: 60 } });
      const { outputTokensPerSecond, inputTokensPerSecond } = scenario('traffic', NOW).state
        .throughput.series;
      const readouts = outputTokensPerSecond.map((output, index) => {
        const input = inputTokensPerSecond[index] ?? null;
        return `Output${formatRateValue(output)}tok/sInput${formatRateValue(input)}tok/s`;
      });
      await expect
        .poll(async () => {
          const text = (await chart.textContent()) ?? '';
          return readouts.some((readout) => text.includes(readout));
        }, POLL)
        .toBe(true);
    });

    test('the totals show every model of the day, or of all time', async () => {
      const page = await pages.open('traffic');
      const { totals } = scenario('traffic', NOW).state;
      await expectTotals(page, totals.today, formatCount);
      await page.getByRole('radio', { name: /since/i }).check();
      await expectTotals(page, totals.ever, formatCompact);
    });

    test('a long list of models can be expanded', async () => {
      const page = await pages.open('full');
      const rows = page.getByTestId('totals-row');
      expect(await rows.count()).toBeLessThan(20);
      await page.getByRole('region', { name: 'Totals' }).getByText('Show all 20').click();
      expect(await rows.count()).toBe(20);
    });

    test('budgets and the cost of the day are shown if they are set', async () => {
      const page = await pages.open('full');
      const budgets = page.getByRole('region', { name: 'Budgets' });
      await expect.poll(() => budgets.getByRole('listitem').count(), POLL).toBe(3);
      const [team, power] = scenario('full', NOW).state.budgets;
      const first = budgets.locator(`[data-budget="${team!.name}"]`);
      expect(await first.getByRole('meter').getAttribute('aria-valuetext')).toBe(
        '812M tokens of 800M tokens',
      );
      expect(await first.textContent()).toContain('requests are refused until');
      // Unknown is not an empty bar.
      const second = budgets.locator(`[data-budget="${power!.name}"]`);
      expect(await second.getByRole('meter').count()).toBe(0);
      const today = page.getByRole('region', { name: 'Today' });
      expect(await today.textContent()).toContain(
        'Cost≈€13.02≈15.2 kg CO₂A part of the energy has no price.',
      );
      const other = await pages.open('traffic');
      expect(await other.getByRole('region', { name: 'Budgets' }).count()).toBe(0);
    });

    test('recent activity marks estimates, names failures and leaves unknowns out', async () => {
      const page = await pages.open('traffic');
      const { recent } = scenario('traffic', NOW).state;
      const rows = await tableTexts(page, 'Recent activity');
      expect(rows).toHaveLength(recent.length);
      for (const [index, row] of recent.entries()) {
        const { usage, rates, timing, completedAt, estimateErrors: errors } = row;
        const { provenance } = usage;
        expect(rows[index]).toMatchObject({
          time: formatClock(completedAt),
          input: formatEstimated(usage.inputTokens, provenance.input, errors.input),
          output: formatEstimated(usage.outputTokens, provenance.output, errors.output),
          speed: formatMarked(
            formatRateValue(rates.outputTokensPerSecond),
            rates.provenance.output,
          ),
          duration: formatDuration(timing.durationMs),
        });
      }
      expect(rows[2]).toMatchObject({ input: '≈1,024 ±8 %', output: '≈312 ±4 %' });
      expect(rows.map((row) => row.outcome)).toEqual([
        'OK',
        'OK* Server said 13.6M tok/s, more than any server reaches.',
        'Cancelled',
        'OK',
        'OK',
        'HTTP 500',
      ]);
    });

    test('a row with a rejected value shows the reason', async () => {
      const page = await pages.open('traffic');
      const marked = page.getByTitle('Server said 13.6M tok/s, more than any server reaches.');
      expect(await marked.count()).toBe(1);
    });

    test('requests in flight show their stage, their age and how far they are', async () => {
      const page = await pages.open('traffic');
      const { inFlight } = scenario('traffic', NOW).state;
      const rows = await listTexts(page, 'In flight');
      expect(rows).toEqual(
        inFlight.map((exchange, index) => ({
          model: exchange.model,
          application: exchange.application,
          age: formatElapsed(NOW - exchange.startedAt),
          ...[
            {
              stage: 'decode',
              progress: '≈846 tokens\u00a0· ≈72.4 tok/s\u00a0· context ≈9.12k of 131k',
            },
            { stage: '≈prefill', progress: '≈62 % of 18.0k\u00a0· ≈1,240 tok/s\u00a0· ≈5 s left' },
          ][index],
        })),
      );
    });

    test('a request in flight is cancelled from its row', async () => {
      const page = await pages.open('traffic');
      await page.getByRole('button', { name: 'Cancel the request for gpt-oss:20b' }).click();
      await page.getByText('Cancelled. The client got an error answer.').waitFor();
      const calls = await page.evaluate(() => window.fakeMain.calls);
      expect(calls.at(-1)).toEqual({ name: 'cancelExchange', input: '2' });
    });

    test('a row in flight keeps its place when another one ends', async () => {
      const page = await pages.open('traffic');
      const second = page.getByRole('list', { name: 'In flight' }).getByRole('listitem').last();
      const before = await second.boundingBox();
      const { inFlight } = scenario('traffic', NOW).state;
      await page.evaluate((list) => window.fakeMain.push({ inFlight: list }), inFlight.slice(1));
      const rows = page.getByRole('list', { name: 'In flight' }).getByRole('listitem');
      await expect.poll(() => rows.count(), POLL).toBe(1);
      expect(await rows.boundingBox()).toEqual(before);
    });

    test('a model that does not fit shows how much of it is on the CPU', async () => {
      const page = await pages.open('spilled');
      const models = page.getByRole('region', { name: 'Models loaded' });
      const model = scenario('spilled', NOW).state.loadedModels[0]!;
      expect(await models.getByRole('listitem').first().textContent()).toContain('38 % on CPU');
      const memory = models.getByRole('list', { name: `Memory of ${model.name}` });
      expect(await memory.getByRole('listitem').allTextContents()).toEqual([
        `VRAM${formatBytes(model.vramBytes)}`,
        `RAM${formatBytes(model.sizeBytes! - model.vramBytes!)}`,
      ]);
    });

    test('of 200 upstreams the problems are shown and the others are a line', async () => {
      const page = await pages.open('traffic');
      const [one] = scenario('traffic', NOW).state.upstreams;
      const upstreams = Array.from({ length: 200 }, (_, index) => ({
        ...one!,
        name: `server-${index}`,
        health: index === 199 ? ('down' as const) : ('up' as const),
      }));
      await page.evaluate((list) => window.fakeMain.push({ upstreams: list }), upstreams);
      const strip = page.getByRole('region', { name: 'Upstreams' });
      await strip.getByRole('button', { name: '198 more, all up' }).waitFor();
      expect(await strip.getByRole('listitem').first().textContent()).toContain('server-199');
      await strip.getByRole('button', { name: '198 more, all up' }).click();
      expect(await strip.getByRole('listitem').count()).toBe(200);
    });

    test('without a GPU the panel shows what was searched for', async () => {
      const page = await pages.open('gpu-none');
      const gpu = page.getByRole('region', { name: 'GPU' });
      expect(await gpu.textContent()).toContain(scenario('gpu-none', NOW).state.gpu.note);
      expect(await gpu.getByRole('meter').count()).toBe(0);
    });

    test('a server that is down shows the reason, and other servers that answer', async () => {
      const page = await pages.open('upstream-down');
      const { upstreams, discovered, warnings } = scenario('upstream-down', NOW).state;
      const strip = await page.getByRole('region', { name: 'Upstreams' }).textContent();
      expect(strip).toContain('Down');
      expect(strip).toContain(upstreams[0]!.note);
      const choice = page.getByRole('region', { name: 'Choose your server' });
      expect(await choice.textContent()).toContain(discovered[0]!.url);
      expect(await page.getByRole('status').allTextContents()).toContain(warnings[0]!.message);
    });
  });

  describe('what the user can do', () => {
    test('before the first request it shows what to change in a client, and copies it', async () => {
      const page = await pages.open('empty');
      const proxy = scenario('empty', NOW).state.upstreams[0]!.proxyUrl;
      await page.getByRole('radio', { name: 'Any other' }).check();
      await page.getByRole('button', { name: 'Copy: Any other' }).click();
      // With the keyboard, the choice goes round.
      await page.getByRole('radio', { name: 'Any other' }).press('ArrowRight');
      await page.getByRole('button', { name: 'Copy: Ollama CLI, Python' }).click();
      expect(await page.evaluate(() => window.fakeMain.calls.slice(-2))).toEqual([
        { name: 'copyText', input: `${proxy}/v1` },
        { name: 'copyText', input: `export OLLAMA_HOST=${proxy}` },
      ]);
      await expect.poll(() => page.getByRole('status').allTextContents(), POLL).toContain('Copied');
    });

    test('the first request in flight takes the place of the introduction', async () => {
      const page = await pages.open('empty');
      expect(await page.getByText('Connect a client').count()).toBe(1);
      const { inFlight } = scenario('traffic', NOW).state;
      await page.evaluate((changed) => window.fakeMain.push(changed), { inFlight });
      await expect.poll(() => page.getByText('Connect a client').count(), POLL).toBe(0);
      expect(await listTexts(page, 'In flight')).toHaveLength(inFlight.length);
    });

    test('metering pauses and resumes', async () => {
      const page = await pages.open('paused');
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByRole('button', { name: 'Pause metering' }).click();
      await page.getByRole('button', { name: 'Resume' }).waitFor();
      const calls = await page.evaluate(() => window.fakeMain.calls.map(({ input }) => input));
      expect(calls.slice(-2)).toEqual([false, true]);
    });

    test('the keyboard reaches every control, the skip link first', async () => {
      const page = await pages.open('traffic');
      await page.bringToFront();
      await page.getByRole('region', { name: 'GPU' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Skip to the content');
      const stops: string[] = [];
      for (let i = 0; i < 60 && stops.at(-1) !== 'BODY'; i += 1) {
        await page.keyboard.press('Tab');
        stops.push(await focused(page));
      }
      expect(stops.slice(0, 13)).toEqual([
        'Overview, 2 requests are being answered',
        ...[
          'History',
          'Activity',
          'Models',
          'Clients',
          'Hardware',
          'Alerts',
          'Playground',
          'Settings',
        ],
        'Open the palette',
        'Pause metering',
        'Copy the proxy address of ollama',
        'Throughput',
      ]);
      for (const { model } of scenario('traffic', NOW).state.inFlight)
        expect(stops.join('\n')).toContain(`Cancel the request for ${model}`);
      expect(stops).toContain('Today');
      expect(stops.join('\n')).toContain('Unload qwen3-coder:30b');
      expect(stops.at(-1)).toBe('BODY');
    });
  });

  describe('the connection to the main process', () => {
    test('a failure is shown, and a retry loads the figures', async () => {
      const page = await pages.open('traffic', { mode: 'reject' });
      const alert = page.getByRole('alert');
      expect(await alert.textContent()).toContain('Cannot reach Tokwatt');
      await page.evaluate(() => {
        window.fakeMain.mode = 'answer';
      });
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByTestId('throughput-now').waitFor();
      expect(await alert.count()).toBe(0);
    });

    test('an interruption is shown, but only after a moment', async () => {
      const page = await pages.open('traffic', { mode: 'hang' });
      const message = page.getByText('Connecting…');
      const animation = await message.evaluate((element) => getComputedStyle(element));
      expect(Number.parseFloat(animation.animationDelay)).toBeGreaterThan(0.2);
      await expect
        .poll(() => message.evaluate((element) => getComputedStyle(element).opacity), POLL)
        .toBe('1');
    });

    test('deltas update the figures; after a lost one the whole state is fetched', async () => {
      const page = await pages.open('traffic');
      const { throughput } = scenario('traffic', NOW).state;
      const now = page.getByTestId('throughput-now');
      await page.evaluate((t) => window.fakeMain.push({ throughput: t }), {
        ...throughput,
        outputTokensPerSecond: 12.34,
      });
      await expect.poll(() => now.textContent(), POLL).toBe('12.3');

      const { recent } = scenario('paused', NOW).state;
      await page.evaluate((list) => window.fakeMain.lose({ recent: list }), recent.slice(0, 1));
      await page.evaluate((list) => window.fakeMain.push({ loadedModels: list }), []);
      await expect.poll(() => tableTexts(page, 'Recent activity'), POLL).toHaveLength(1);
      expect(await page.getByText('No server holds a model in memory.').count()).toBe(1);
      const asked = await page.evaluate(
        () => window.fakeMain.calls.filter(({ name }) => name === 'getSnapshot').length,
      );
      expect(asked).toBe(2);
    });
  });

  describe('insights', () => {
    test('are not shown before anything was checked', async () => {
      const page = await pages.open('traffic');
      await page.getByRole('region', { name: 'GPU' }).waitFor();
      expect(await page.getByRole('region', { name: 'Insights' }).count()).toBe(0);
    });

    test('open to their evidence, and can be hidden', async () => {
      const page = await pages.open('spilled');
      const panel = page.getByRole('region', { name: 'Insights' });
      const [first] = scenario('spilled', NOW).state.insights.current;
      await panel.getByText(first?.title ?? '').click();
      expect(await panel.getByText(first?.advice ?? '').isVisible()).toBe(true);
      expect(await panel.getByText('Loads in the last hour').isVisible()).toBe(true);
      expect(await panel.getByText('No truncated prompts, no prompt read twice.').count()).toBe(1);
      expect(await violations(page)).toEqual([]);
      await panel.getByRole('button', { name: 'Hide for good' }).first().click();
      const calls = await page.evaluate(() => window.fakeMain.calls);
      expect(calls.at(-1)).toEqual({
        name: 'dismissInsight',
        input: { kind: 'repeated_loads', subject: 'ollama/llama3.3:70b', until: 'good' },
      });
    });
  });

  describe('alerts', () => {
    test('that fire are shown above the figures, pending ones are not', async () => {
      const page = await pages.open('alerts');
      const { alerts } = scenario('alerts', NOW).state;
      const firing = alerts.filter(({ status }) => status === 'firing');
      const notices = page.getByRole('list', { name: 'Alerts that fire' }).getByRole('listitem');
      expect(await notices.allTextContents()).toEqual(
        firing.map(({ rule, severity, message }) => `${severity}: ${rule} ${message}`),
      );
    });

    test('are announced once, not with each new reading', async () => {
      const page = await pages.open('alerts');
      const { alerts } = scenario('alerts', NOW).state;
      const said = page.getByRole('status').filter({ hasText: /^Alerts: / });
      const before = 'Alerts: GPU too hot (critical), Slow answers (warning)';
      expect(await said.textContent()).toBe(before);
      const hotter = alerts.map((alert) => ({ ...alert, message: 'Hotter by now' }));
      await page.evaluate((list) => window.fakeMain.push({ alerts: list }), hotter);
      await page.getByText('Hotter by now').first().waitFor();
      expect(await said.textContent()).toBe(before);
      await page.evaluate(() => window.fakeMain.push({ alerts: [] }));
      await expect.poll(() => said.count(), POLL).toBe(0);
    });

    test('lead to the page of alerts, which lists them', async () => {
      const page = await pages.open('alerts', { height: 300 });
      await page.getByRole('link', { name: 'GPU too hot' }).press('Enter');
      await page.getByRole('list', { name: 'Alerts now' }).waitFor();
      expect(new URL(page.url()).hash).toBe('#/alerts');
      const link = page.getByRole('navigation').getByRole('link', { name: /^Alerts/ });
      expect(await link.getAttribute('aria-current')).toBe('page');
      await page.goBack();
      await page.getByTestId('throughput-now').waitFor();
      // The stand-in has no history of alerts, which that page asks for.
      const ours = pages.complaints().filter((each) => !each.startsWith('Failed to load resource'));
      expect(ours).toEqual([]);
    });

    test('that are many do not hide the figures; the most severe come first', async () => {
      const page = await pages.open('troubled');
      const list = page.getByRole('list', { name: 'Alerts that fire' });
      expect(await list.getByRole('listitem').count()).toBe(3);
      expect(await list.getByRole('listitem').first().textContent()).toMatch(/^critical: /);
      await page.getByRole('button', { name: 'Show all 11' }).click();
      expect(await list.getByRole('listitem').count()).toBe(11);
      expect(await list.getByRole('listitem').last().textContent()).toMatch(/^info: /);
    });
  });

  describe('settings', () => {
    test('open from the header, and the address names them', async () => {
      const page = await pages.open('traffic');
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByRole('region', { name: 'Ports and library' }).waitFor();
      expect(new URL(page.url()).hash).toBe('#/settings');
      expect(await page.getByTestId('throughput-now').count()).toBe(0);
      // The skip link moves the focus and leaves the view.
      await page.getByRole('link', { name: 'Skip to the content' }).press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
      expect(await page.getByRole('region', { name: 'Ports and library' }).count()).toBe(1);
      await page.goBack();
      await page.getByTestId('throughput-now').waitFor();
    });

    test('the token shows on demand, and a new one is made after a warning', async () => {
      const page = await pages.open('traffic', { view: '#/settings/api' });
      const api = page.getByRole('region', { name: 'API and access' });
      expect(await api.textContent()).not.toContain('the-token');
      await api.getByRole('button', { name: 'Show' }).click();
      await api.getByText('the-token', { exact: true }).waitFor();
      await api.getByRole('button', { name: 'Copy the token' }).click();
      await api.getByRole('button', { name: 'Replace…' }).click();
      await api.getByText('Programs that use the old token are refused').waitFor();
      await api.getByRole('button', { name: 'Replace the token' }).click();
      await api.getByText('There is a new token.').waitFor();
      expect(await api.getByText('the-token', { exact: true }).count()).toBe(0);
      await api.getByRole('button', { name: 'Show' }).click();
      await api.getByText('the-token-new').waitFor();
      const calls = await page.evaluate(() => window.fakeMain.calls.map(({ name }) => name));
      expect(calls.slice(-4)).toEqual(['getApiToken', 'copyText', 'rotateApiToken', 'getApiToken']);
    });

    test('rules, alerts and exporters show their states', async () => {
      const page = await pages.open('alerts', { view: '#/settings/alerts' });
      const { alerts, exporters } = scenario('alerts', NOW).state;
      const listed = page.getByRole('list', { name: 'Alerts now' }).getByRole('listitem');
      expect(await listed.count()).toBe(alerts.length);
      expect(await tableTexts(page, 'Rules')).toEqual([
        {
          rule: 'GPU too hot',
          condition: 'GPU temperature above 85 °C for 1 min',
          severity: 'critical',
        },
        {
          rule: 'Slow answers',
          condition: 'Latency (p95) above 30.0 s, each model',
          severity: 'warning',
        },
        {
          rule: 'Server down',
          condition: expect.stringContaining('each upstream'),
          severity: 'off',
        },
      ]);
      await pages.open('alerts', { view: '#/settings/exporters' });
      await page.getByRole('region', { name: 'Sent elsewhere' }).waitFor();
      const rows = await tableTexts(page, 'Sent elsewhere');
      expect(rows.map(({ name, behind, status }) => [name, behind, status])).toEqual([
        ['PostgreSQL', '0', 'OK'],
        ['ClickHouse', '12,804', 'Failing'],
        ['OpenTelemetry', '–', 'Starting'],
      ]);
      const section = await page.getByRole('region', { name: 'Sent elsewhere' }).textContent();
      expect(section).toContain(exporters[1]!.message);
    });

    test('without rules there are no alerts', async () => {
      const page = await pages.open('empty', { view: '#/settings/alerts' });
      const section = page.getByRole('region', { name: 'Alerts', exact: true });
      await section.getByText('There are no rules yet.').waitFor();
      expect(await section.getByRole('table').count()).toBe(0);
    });

    test('what a flag overrides and what needs a restart is said beside its value', async () => {
      const page = await pages.open('traffic', { view: '#/settings/api' });
      const api = page.getByRole('region', { name: 'API and access' });
      await api.getByText('bind is set by --bind; settings.json does not count for it.').waitFor();
      const waiting = 'Restart needed for apiPort 11500. The API keeps its port until then, ';
      expect(await api.textContent()).toContain(waiting);
      await pages.open('traffic', { view: '#/settings/upstreams' });
      await page.getByText('upstreams is set by --upstream;').waitFor();
      const about = await page.getByRole('region', { name: 'Upstreams' }).textContent();
      expect(about).toContain('upstreams is set by --upstream;');
      expect(about).toContain('proxyPort is set by TOKWATT_PROXY_PORT;');
      const quiet = await pages.open('empty', { view: '#/settings/api' });
      await quiet.getByRole('region', { name: 'Network' }).waitFor();
      expect(await quiet.getByRole('main').textContent()).not.toMatch(/set by|Restart needed/);
    });

    test('an edit of the file shows while they are open', async () => {
      const page = await pages.open('traffic', { view: '#/settings/exporters' });
      const reporter = page.getByRole('region', { name: 'Reporter' });
      const every = reporter.getByRole('textbox', { name: 'Every' });
      await every.fill('15');
      // What is being typed stays as long as its own setting does.
      await page.evaluate(() => window.fakeMain.editSettings({ libraryUrl: 'http://127.0.0.1:9' }));
      await expect.poll(() => settingsReads(page)).toBe(2);
      expect(await every.inputValue()).toBe('15');
      await page.evaluate(() =>
        window.fakeMain.editSettings({
          reporter: { url: 'https://edited.example.net', intervalMinutes: 30, headers: {} },
        }),
      );
      await expect.poll(() => every.inputValue()).toBe('30');
      const address = reporter.getByRole('textbox', { name: 'Address' });
      expect(await address.inputValue()).toBe('https://edited.example.net');
    });

    test('the keyboard is never sent back to the top of the page', async () => {
      const page = await pages.open('traffic', { view: '#/settings/api' });
      await page.getByRole('button', { name: 'Replace…' }).press('Enter');
      expect(await focused(page)).toBe('Keep it');
      await page.keyboard.press('Enter');
      expect(await focused(page)).toBe('Replace…');
      await pages.open('traffic', { view: '#/settings/exporters' });
      const reporter = page.getByRole('region', { name: 'Reporter' });
      const every = reporter.getByRole('textbox', { name: 'Every' });
      await every.fill('15');
      await every.press('Enter');
      await page.getByRole('status').getByText('Every: changed.').waitFor();
      expect(await every.evaluate((field) => field === document.activeElement)).toBe(true);
      const sent = (): Promise<number> => page.evaluate(() => window.fakeMain.calls.length);
      const before = await sent();
      // There is nothing to save now, whatever is pressed.
      await page.keyboard.press('Enter');
      await reporter.getByRole('textbox', { name: 'Address' }).press('Enter');
      expect(await sent()).toBe(before);
    });

    test('only the changed value is sent, and it can be undone', async () => {
      const page = await pages.open('traffic', { view: '#/settings/exporters' });
      const reporter = page.getByRole('region', { name: 'Reporter' });
      const every = reporter.getByRole('textbox', { name: 'Every' });
      const earlier = Number(await every.inputValue());
      await every.fill('15');
      await every.press('Enter');
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Undone.').waitFor();
      await page.getByRole('link', { name: 'Updates' }).click();
      await page.getByRole('checkbox', { name: /newer version/ }).check();
      await page.locator('main').getByRole('link', { name: 'Alerts', exact: true }).click();
      await page.getByRole('checkbox', { name: /alerts on the desktop/ }).uncheck();
      const calls = await page.evaluate(() =>
        window.fakeMain.calls.filter(({ name }) => name === 'updateSettings'),
      );
      expect(calls.map(({ input }) => input)).toEqual([
        { reporter: { intervalMinutes: 15 } },
        { reporter: { intervalMinutes: earlier } },
        { updates: { check: true } },
        { alerts: { notify: false } },
      ]);
    });

    test('the default server is saved to be changed, unless a flag names the upstreams', async () => {
      const page = await pages.open('empty', { view: '#/settings/upstreams' });
      await page.getByRole('button', { name: 'Save ollama' }).click();
      await page.getByRole('button', { name: 'Change…: ollama' }).click();
      const dialog = page.getByRole('dialog', { name: 'ollama' });
      await dialog.getByRole('checkbox', { name: 'Exact usage' }).check();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      const calls = await page.evaluate(() => window.fakeMain.calls.slice(-1));
      expect(calls).toMatchObject([
        {
          name: 'updateSettings',
          input: {
            upstreams: [{ name: 'ollama', url: 'http://127.0.0.1:11434', exactUsage: true }],
          },
        },
      ]);
      const overridden = await pages.open('traffic', { view: '#/settings/upstreams' });
      await overridden.getByText('upstreams is set by --upstream;').waitFor();
      expect(await overridden.getByRole('button', { name: 'Add a server…' }).count()).toBe(0);
    });

    test('a search finds a setting and leads to it', async () => {
      const page = await pages.open('traffic', { view: '#/settings' });
      await page.getByRole('region', { name: 'Ports and library' }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('sending every');
      await page.getByText('No setting is called that.').waitFor();
      await page.getByRole('searchbox').fill('web pages');
      await page.getByRole('link', { name: 'Web pages that may use the proxy' }).press('Enter');
      const field = page.getByRole('textbox', { name: 'Web pages that may use the proxy' });
      await expect
        .poll(() => field.evaluate((one) => one === document.activeElement), POLL)
        .toBe(true);
    });

    test('a problem is shown below its field or switch and describes it', async () => {
      const page = await pages.open('traffic', { view: '#/settings/exporters' });
      const field = page.getByRole('textbox', { name: 'Address', exact: true });
      const box = page.getByRole('checkbox', { name: 'A span for each request' });
      await page.evaluate(() => {
        window.fakeMain.mode = 'reject';
      });
      await field.fill('somewhere');
      await field.press('Enter');
      await box.click();
      await page.getByRole('alert').nth(1).waitFor();
      for (const input of [field, box]) {
        const id = await input.getAttribute('aria-describedby');
        const note = page.locator(`[id="${id}"]`);
        expect(await note.textContent()).toBe('No handler for updateSettings');
        expect(await note.getAttribute('role')).toBe('alert');
        const [above, below] = [await input.boundingBox(), await note.boundingBox()];
        expect(below!.y).toBeGreaterThan(above!.y + above!.height / 2);
      }
    });

    test('that cannot be loaded show the reason, and the rest stays', async () => {
      const page = await pages.open('alerts');
      await page.getByRole('region', { name: 'GPU' }).waitFor();
      await page.evaluate(() => {
        window.fakeMain.mode = 'reject';
      });
      await page.getByRole('link', { name: 'Settings' }).click();
      const alert = page.getByRole('alert');
      await alert.getByText('No handler for getSettings').waitFor();
      await page.evaluate(() => {
        window.fakeMain.mode = 'answer';
      });
      await alert.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('region', { name: 'Ports and library' }).waitFor();
      expect(await alert.count()).toBe(0);
    });

    test.each(['alerts', 'troubled', 'empty'] as const)(
      '%s: nothing is cut off from 360 to 1400 px',
      async (name) => {
        const page = await pages.open(name, { view: '#/settings/exporters' });
        await page.getByRole('region', { name: 'Reporter' }).waitFor();
        for (const width of [360, 420, 599, 700, 800, 1080, 1400]) {
          await page.setViewportSize({ width, height: 760 });
          await expect.poll(() => excessWidth(page), POLL).toBe(0);
          await expect.poll(() => cutFigures(page), POLL).toEqual([]);
        }
      },
    );

    test('axe finds nothing', { timeout: SLOW }, async () => {
      for (const [options, rules] of [
        [{}],
        [{ scheme: 'dark' }, SCHEME_RULES],
        [{ width: 360 }],
      ] as const) {
        for (const name of ['alerts', 'troubled', 'empty'] as const) {
          const page = await pages.open(name, { ...options, view: '#/settings/exporters' });
          await page.getByRole('region', { name: 'Reporter' }).waitFor();
          await page.getByRole('button', { name: 'Show what would be sent' }).click();
          expect(await violations(page, rules), name).toEqual([]);
        }
      }
    });
  });

  describe('layout', () => {
    test.each(SCENARIOS)('%s: nothing is cut off from 360 to 1400 px', async (name) => {
      const page = await pages.open(name);
      await page.getByRole('region', { name: 'GPU' }).waitFor();
      for (const width of [360, 599, 700, 1000, 1080, 1400]) {
        await page.setViewportSize({ width, height: 760 });
        await expect.poll(() => excessWidth(page), POLL).toBe(0);
        await expect.poll(() => cutFigures(page), POLL).toEqual([]);
      }
    });
  });

  describe('accessibility', () => {
    test('axe finds nothing', { timeout: SLOW }, async () => {
      for (const name of SCENARIOS) {
        const page = await pages.open(name);
        await page.getByRole('region', { name: 'GPU' }).waitFor();
        expect(await violations(page), name).toEqual([]);
      }
    });

    test('in the dark the contrast is enough as well', { timeout: SLOW }, async () => {
      for (const name of SCENARIOS) {
        const page = await pages.open(name, { scheme: 'dark' });
        await page.getByRole('region', { name: 'GPU' }).waitFor();
        expect(await violations(page, SCHEME_RULES), name).toEqual([]);
      }
    });

    test(
      'axe finds nothing where the tables fold, nor in a failure',
      { timeout: SLOW },
      async () => {
        const narrow = await pages.open('full', { width: 360 });
        expect(await violations(narrow)).toEqual([]);
        const failed = await pages.open('traffic', { mode: 'reject' });
        await failed.getByRole('alert').waitFor();
        expect(await violations(failed)).toEqual([]);
      },
    );

    test('a folded table is still one to assistive technology', async () => {
      const page = await pages.open('traffic', { width: 360 });
      const table = page.getByRole('table', { name: 'Totals by model' });
      expect(await table.getByRole('columnheader').count()).toBeGreaterThan(4);
      expect(await table.getByRole('row').count()).toBe(5);
    });

    test('the chart has a text description', async () => {
      const page = await pages.open('traffic');
      const words = /over the last 3 min: output now [\d.,]+ tok\/s.*input now [\d.,]+ tok\/s/;
      expect(await page.getByText(words).count()).toBe(1);
    });
  });
});

async function expectTotals(
  page: Page,
  totals: PeriodTotals,
  format: (value: number) => string,
): Promise<void> {
  const rows = page.getByTestId('totals-row');
  expect(await rows.count()).toBe(totals.models.length);
  for (const tally of totals.models) {
    const row = page.locator(`[data-testid="totals-row"][data-model="${tally.model}"]`);
    const read = async (column: string): Promise<[string | null, string | null]> => {
      const cell = row.locator(`[data-col="${column}"]`);
      return [await cell.textContent(), await cell.getAttribute('data-value')];
    };
    const counts = {
      input: tally.inputTokens,
      cached: tally.cachedInputTokens,
      output: tally.outputTokens,
    };
    for (const [column, value] of Object.entries(counts)) {
      expect(await read(column)).toEqual([formatTotal(value, tally, format), String(value)]);
    }
    expect(await read('requests')).toEqual([format(tally.requests), String(tally.requests)]);
    expect((await read('speed'))[0]).toBe(formatRateValue(tally.outputTokensPerSecond));
    if (tally.energyJoules !== null) {
      expect((await read('energy'))[0]).toBe(`≈${formatWattHours(tally.energyJoules)}`);
    }
  }
}

/** The body rows of a panel's table, as texts by column. */
async function tableTexts(page: Page, panel: string): Promise<Record<string, string>[]> {
  const region = page.getByRole('region', { name: panel });
  return region.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => {
      const cells = [...row.querySelectorAll<HTMLElement>('[data-col]')];
      return Object.fromEntries(cells.map((cell) => [cell.dataset.col ?? '', cell.textContent]));
    }),
  );
}

/** The entries of a list, as texts by column. */
async function listTexts(page: Page, list: string): Promise<Record<string, string>[]> {
  return page
    .getByRole('list', { name: list })
    .getByRole('listitem')
    .evaluateAll((rows) =>
      rows.map((row) => {
        const cells = [...row.querySelectorAll<HTMLElement>('[data-col]')];
        return Object.fromEntries(cells.map((cell) => [cell.dataset.col ?? '', cell.textContent]));
      }),
    );
}

/** What has the focus, by its accessible name. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'BODY';
    const label = element.closest('label');
    return (element.getAttribute('aria-label') ?? label?.textContent ?? element.textContent).trim();
  });
}

/** By how much the page is too wide. (A page that does not scroll at all is less than too wide.) */
async function excessWidth(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return Math.max(0, scrollWidth - clientWidth);
  });
}

/** Cells with a figure that does not fit: names may be shortened, numbers must not. */
async function cutFigures(page: Page): Promise<string[]> {
  return page
    .locator('[data-value]')
    .evaluateAll((cells) =>
      cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent),
    );
}

function settingsReads(page: Page): Promise<number> {
  return page.evaluate(
    () => window.fakeMain.calls.filter(({ name }) => name === 'getSettings').length,
  );
}
