import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { prometheusObstacle, startPrometheus } from '../support/prometheus-server.ts';
import type { RunningPrometheus } from '../support/prometheus-server.ts';
import { MODEL, PACED, startRecordedUpstream } from '../support/recorded-upstream.ts';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; definition?: string }[];
  };
}

const FILE = resolve(import.meta.dirname, '../../docs/grafana/tokwatt-prometheus.json');
const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as Dashboard;
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ title, expr, legend: legendFormat })),
);
/** What has no data in a short run without trouble: estimates, exporters, queues. */
const MAY_BE_EMPTY = ['of these estimated', '{{exporter}}', '{{budget}}'];

const obstacle = prometheusObstacle();
const skipped = obstacle === null ? '' : ` (skipped: ${obstacle})`;
const cleanups: (() => Promise<unknown>)[] = [];
let tokwatt: Headless;
let prometheus: RunningPrometheus;

/** As Grafana fills them in with everything chosen. */
function filled(expression: string): string {
  return expression
    .replaceAll(/\$(instance|upstream|model)\b/g, '.*')
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '5m');
}

function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-dashboard-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with an `nvidia-smi` that tells of one GPU. */
function gpuTool(): string {
  const folder = tempDir();
  const line =
    '0, GPU-1, 55, 6000, 24000, 61, 300.2, 300.2, 301.5, 450.00, 450.00, 8.9, 00000000:01:00.0, NVIDIA RTX 4090';
  const tool = join(folder, 'nvidia-smi');
  writeFileSync(tool, `#!/bin/sh\nwhile :; do echo '${line}'; sleep 0.25; done\n`);
  chmodSync(tool, 0o755);
  return folder;
}

async function chat(proxy: string | undefined, body: object = {}): Promise<void> {
  const messages = [{ role: 'user', content: 'Hi' }];
  const answer = await fetch(`${proxy ?? ''}/api/chat`, {
    method: 'POST',
    body: JSON.stringify({ model: MODEL, messages, ...body }),
  });
  await answer.text();
}

describe('the dashboard', () => {
  it('uses the variable for its data source everywhere', () => {
    const uids = readFileSync(FILE, 'utf8').match(/"uid": "[^"]*"/g) ?? [];
    expect(new Set(uids)).toEqual(
      new Set(['"uid": "${datasource}"', '"uid": "tokwatt-prometheus"']),
    );
    expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource' });
    expect(queries.length).toBeGreaterThan(25);
  });
});

describe.skipIf(obstacle !== null || process.platform === 'win32')(
  `the dashboard on a real Prometheus${skipped}`,
  () => {
    beforeAll(async () => {
      const upstream = await startRecordedUpstream(PACED);
      const broken = await startRecordedUpstream({ dieAfterFrames: 2 });
      cleanups.push(
        () => upstream.stop(),
        () => broken.stop(),
      );
      tokwatt = await startHeadless({
        dataDir: tempDir(),
        args: ['--upstream', `gpu=${upstream.url}`, '--upstream', `broken=${broken.url}`],
        env: { PATH: `${gpuTool()}:${process.env.PATH ?? ''}` },
      });
      cleanups.push(() => tokwatt.stop());
      const [good, bad] = tokwatt.proxies.map(({ url }) => url);
      const cutOff = (): Promise<unknown> => chat(bad).catch(() => undefined);
      // Once before the first scrape, for an increase is seen only from one sample to the next.
      await chat(good);
      await cutOff();
      prometheus = await startPrometheus(tokwatt.api);
      cleanups.push(() => prometheus.stop());
      await prometheus.until(`tokwatt_gpu_power_watts`, (answers) => answers.length === 1);
      await prometheus.until('count_over_time(tokwatt_requests_total[1m]) >= 2', (answers) => {
        return answers.length === 2;
      });
      for (let i = 0; i < 3; i += 1) await chat(good, { stream: i > 0 });
      await cutOff();
      await prometheus.until('sum(increase(tokwatt_requests_total[1m]))', ([answer]) =>
        answer === undefined ? false : answer.value > 3.5,
      );
    });
    afterAll(async () => {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    });

    it.each(queries)('shows $title: $expr', async ({ expr, legend }) => {
      const answers = await prometheus.query(filled(expr));
      if (!MAY_BE_EMPTY.includes(legend)) expect(answers.length).toBeGreaterThan(0);
      const names = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '');
      for (const { metric } of answers) {
        for (const name of names) expect(metric[name], `label ${name}`).toBeDefined();
      }
    });

    it('shows correct figures', async () => {
      const value = async (title: string, at = 0): Promise<number | undefined> => {
        const expr = queries.filter((query) => query.title === title)[at]?.expr ?? '';
        return (await prometheus.query(filled(expr)))[0]?.value;
      };
      expect(await value('Utilisation')).toBe(0.55);
      expect(await value('Power')).toBe(301.5);
      expect(await value('Memory', 1)).toBe(24_000 * 1_024 * 1_024);
      const errors = await value('Errors');
      expect(errors).toBeGreaterThan(0.1);
      expect(errors).toBeLessThan(0.5);
      expect(await value('Generation speed by model (p50)')).toBeLessThanOrEqual(10);
    });

    it('fills its variables', async () => {
      for (const { definition } of dashboard.templating.list) {
        if (definition === undefined) continue;
        const [, selector = '', label = ''] = /label_values\((.*), (\w+)\)/.exec(definition) ?? [];
        const answers = await prometheus.query(filled(selector));
        expect(answers.length).toBeGreaterThan(0);
        expect(answers[0]?.metric[label]).toBeDefined();
      }
    });
  },
);
