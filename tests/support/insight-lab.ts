/** A headless Tokwatt before paced servers and a scripted GPU, for insights over real requests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Insight, InsightsState } from '../../shared/insights.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import { settableClock } from './clock.ts';
import type { SettableClock } from './clock.ts';
import { FakeNvml } from './fake-nvml.ts';
import type { FakeAnswers } from './fake-nvml.ts';
import { startHeadless } from './headless.ts';
import type { Headless } from './headless.ts';
import { seedLedger } from './seeded-ledger.ts';

/** A card at work that nothing slows down. */
const CARD: FakeAnswers = {
  count: 1,
  ...{ '0.uuid': 'GPU-1', '0.name': 'NVIDIA GeForce RTX 4090', '0.bus': '00000000:01:00.0' },
  ...{ '0.power': 420_000, '0.instant': 420_000, '0.limit': 450_000, '0.temperature': 62 },
  ...{ '0.utilization': 97, '0.memory_utilization': 60, '0.capability': 89, '0.reasons': 0 },
  ...{ '0.memory_total': 25_757_220_864, '0.memory_used': 20_000_000_000 },
  ...{ '0.clock': 2_700, '0.max_clock': 3_105, '0.memory_clock': 10_501, '0.processes': 2 },
  ...{ '0.gen': 4, '0.width': 16, '0.max_gen': 4, '0.max_width': 16 },
};

/** NVML's code for what a card does not tell. */
const UNSUPPORTED = '!3';
const BATTERIES = '/sys/class/power_supply';

/** Why no folder can be put in the place of the system's batteries here; null if one can. */
export const BATTERY_OBSTACLE =
  spawnSync('unshare', [...['-rm', 'mount', '--bind', tmpdir(), BATTERIES]]).status === 0
    ? null
    : 'this user may not mount anything';

/** A finished exchange with its insights. */
export type Exchange = Wire<ActivityRecord> & { readonly insights: readonly Wire<Insight>[] };

export interface InsightLabOptions {
  /** Addresses of servers by the names of their upstreams. */
  readonly servers: Readonly<Record<string, string>>;
  /** Finished exchanges of the past. */
  readonly records?: readonly ActivityRecord[];
}

export class InsightLab {
  readonly clock: SettableClock;
  readonly #gpu: FakeNvml;
  readonly #folder: string;
  #card: FakeAnswers = {};
  #tokwatt: Headless | null = null;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'tokwatt-insight-lab-'));
    this.#gpu = new FakeNvml(this.#folder);
    this.setCard(CARD);
    this.clock = settableClock('UTC');
    mkdirSync(join(this.#folder, 'batteries', 'BAT0'), { recursive: true });
    this.battery('Charging');
  }

  get tokwatt(): Headless {
    if (this.#tokwatt === null) throw new Error('not started');
    return this.#tokwatt;
  }

  async start({ servers, records = [] }: InsightLabOptions): Promise<void> {
    const dataDir = join(this.#folder, 'data');
    mkdirSync(dataDir);
    if (records.length > 0) seedLedger(dataDir, records);
    const mount = `mount --bind ${join(this.#folder, 'batteries')} ${BATTERIES} && exec "$@"`;
    this.#tokwatt = await startHeadless({
      args: Object.entries(servers).flatMap(([name, url]) => ['--upstream', `${name}=${url}`]),
      env: { ...this.#gpu.env, ...this.clock.env },
      dataDir,
      ...(BATTERY_OBSTACLE === null && { through: ['unshare', '-rm', 'sh', '-c', mount, 'sh'] }),
    });
  }

  /** Changes what the driver answers from now on. */
  setCard(changes: FakeAnswers): void {
    this.#card = { ...this.#card, ...changes };
    this.#gpu.answer(this.#card);
  }

  /** The driver answers as at first where it was changed so. */
  resetCard(changed: FakeAnswers): void {
    this.setCard(
      Object.fromEntries(Object.keys(changed).map((key) => [key, CARD[key] ?? UNSUPPORTED])),
    );
  }

  /** What the battery of the machine does, as the kernel names it: `Charging`, `Discharging`. */
  battery(status: string): void {
    const folder = join(this.#folder, 'batteries', 'BAT0');
    writeFileSync(join(folder, 'type'), 'Battery\n');
    writeFileSync(join(folder, 'status'), `${status}\n`);
    writeFileSync(join(folder, 'power_now'), '38000000\n');
  }

  /** Sends a chat through the proxy of an upstream and returns its row. */
  async chat(upstream: string, content = 'Why is the sky blue?'): Promise<Exchange> {
    return this.post(upstream, '/api/chat', { messages: [{ role: 'user', content }] });
  }

  async post(upstream: string, path: string, body: object): Promise<Exchange> {
    const proxy = this.tokwatt.proxies.find((each) => each.upstream === upstream);
    // Exchanges run at the same time, so each has a tag of its own.
    const tag = randomUUID();
    const answer = await fetch(`${proxy?.url ?? ''}${path}`, {
      method: 'POST',
      headers: { 'x-tokwatt-tag': tag },
      body: JSON.stringify({ model: `${upstream}:8b`, ...body }),
    });
    await answer.text();
    return this.#row(tag);
  }

  async #row(tag: string): Promise<Exchange> {
    for (let tries = 0; tries < 200; tries += 1) {
      const rows = await this.tokwatt.activity(1);
      const row = rows.find(({ client }) => client.tag === tag);
      if (row !== undefined) {
        return (await this.tokwatt.get(`/api/activity/${row.id}`)) as Exchange;
      }
      await sleep(25);
    }
    throw new Error(`no row of ${tag}`);
  }

  /** Waits until a path of the API answers what is wanted. */
  async until<T>(path: string, isRight: (answer: T) => boolean, limitMs = 20_000): Promise<T> {
    const end = performance.now() + limitMs;
    for (;;) {
      const answer = (await this.tokwatt.get(path)) as T;
      if (isRight(answer)) return answer;
      if (performance.now() > end) throw new Error(`${path} stayed at ${JSON.stringify(answer)}`);
      await sleep(100);
    }
  }

  /** Waits until as many models are listed as loaded. */
  async loaded(count: number): Promise<void> {
    await this.until<{ loaded_models: unknown[] }>(
      '/api/live',
      ({ loaded_models: models }) => models.length === count,
    );
  }

  insights(): Promise<Wire<InsightsState>> {
    return this.tokwatt.get('/api/insights') as Promise<Wire<InsightsState>>;
  }

  async stop(): Promise<void> {
    await this.#tokwatt?.stop();
    this.clock.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
