/**
 * Named states of the whole application, for tests of its views and for viewing the window without
 * a main process. All values are derived from `now`, so a fixed clock gives fixed text.
 */
import * as v from 'valibot';
import { adviceFor } from '../../electron/core/insights/advice.ts';
import { NO_ADVICE, fact, titled } from '../../electron/core/insights/said.ts';
import type { InsightCheck, InsightKind } from '../../shared/insights.ts';
import { settingSentences } from '../../shared/messages/en/setting-sentences.ts';
import { DEFAULT_APPEARANCE } from '../../shared/appearance.ts';
import { inEnglish, sentence } from '../../shared/sentences.ts';
import type { Sentence } from '../../shared/sentences.ts';
import type { PlainCode } from '../../shared/sentences.ts';
import { processZone } from '../../shared/local-time.ts';
import { DEFAULT_MINI_MONITOR } from '../../shared/mini-monitor-settings.ts';
import { DEFAULT_SHORTCUTS } from '../../shared/shortcuts.ts';
import { DEFAULT_DESKTOP, DEFAULT_NOTIFICATIONS } from '../../shared/desktop-settings.ts';
import { DEFAULT_TRAY } from '../../shared/tray-settings.ts';
import { NO_INSIGHTS } from '../../shared/insights.ts';
import { NO_UPDATE } from '../../shared/slices.ts';
import type { AlertRuleInput } from '../../shared/alerts.ts';
import type { BudgetState } from '../../shared/cost.ts';
import type { AlertState } from '../../shared/alert-state.ts';
import type { GpuReading, GpuState } from '../../shared/gpu.ts';
import { MACHINE_STARTING } from '../../shared/machine.ts';
import type { SettingsView } from '../../shared/ipc.ts';
import { settingsSchema } from '../../shared/settings.ts';
import type { Snapshot, State } from '../../shared/snapshot.ts';
import { NO_ENERGY_SUMS } from '../../shared/energy-sums.ts';
import type { ModelTally, Tally } from '../../shared/tally.ts';
import type {
  ExporterState,
  LoadedModel,
  PeriodTotals,
  Throughput,
  UpstreamState,
} from '../../shared/slices.ts';
import { localDate } from '../../shared/format.ts';
import { UNKNOWN_USAGE } from '../../shared/usage.ts';
import type { ActivityRecord, Provenance } from '../../shared/usage.ts';
import { NO_PROGRESS } from '../../shared/live-exchange.ts';
import type { LiveExchange, LiveProgress } from '../../shared/live-exchange.ts';

export const SCENARIOS = [
  'empty',
  'traffic',
  'full',
  'upstream-down',
  'gpu-none',
  'paused',
  'spilled',
  'alerts',
  'troubled',
  'detached',
] as const;
export type ScenarioName = (typeof SCENARIOS)[number];

const GIB = 1024 ** 3;
const MINUTE = 60_000;

/** The snapshot of a named scenario at `now` (Unix milliseconds). */
export function scenario(name: ScenarioName, now: number): Snapshot {
  return { seq: 1, state: { ...baseState(now), ...BUILDERS[name](now) } };
}

const BUILDERS: Record<ScenarioName, (now: number) => Partial<State>> = {
  alerts,
  troubled,
  empty: (now) => ({ gpu: liveGpu(now, [idle(rtx(0))]) }),
  traffic,
  full,
  'upstream-down': (now) => ({
    upstreams: [downUpstream()],
    discovered: [{ url: 'http://127.0.0.1:8080', kind: 'llamacpp', label: 'llama.cpp b7120' }],
    gpu: liveGpu(now, [idle(rtx(0))]),
    warnings: [
      {
        id: 'ledger-write',
        at: now - 5 * MINUTE,
        messageSentence: null,
        message:
          'The activity ledger cannot be written (disk full). Counting goes on; free some space in /home/ada/.config/Tokwatt.',
      },
    ],
  }),
  detached: (now) => ({
    ...traffic(now),
    inFlight: [],
    attachment: {
      version: '0.1.0',
      since: now - 90 * MINUTE,
      lost: { kind: 'ended', at: now - MINUTE, reason: sentence('attached_ended') },
    },
  }),
  'gpu-none': (now) => ({
    ...traffic(now),
    gpu: {
      status: 'none',
      source: null,
      note: 'No GPU readings: neither nvidia-smi nor an amdgpu device was found on this machine.',
      noteSentence: null,
      at: null,
      gpus: [],
    },
  }),
  paused: (now) => ({
    ...traffic(now),
    app: { ...baseState(now).app, paused: true },
    throughput: throughput(now, () => [0, 0]),
    inFlight: [],
  }),
  spilled: (now) => ({
    ...traffic(now),
    loadedModels: [
      loaded('llama3.3:70b', 42.5, 26.4, { contextLength: 8_192, expiresAt: now + 4 * MINUTE }),
      loaded('nomic-embed-text:latest', 0.3, 0.3, { contextLength: 2_048 }),
    ],
    insights: insights(now),
  }),
};

function insights(now: number): State['insights'] {
  return {
    current: [
      {
        kind: 'repeated_loads',
        scope: 'model',
        subject: 'ollama/llama3.3:70b',
        ...titled(
          sentence('repeated_loads', {
            model: 'llama3.3:70b',
            count: { value: 5, unit: 'count' },
            pause: { value: 478_000, unit: 'elapsed' },
            time: { value: 84_000, unit: 'ms' },
          }),
        ),
        figure: { value: 84_000, unit: 'ms' },
        evidence: [
          fact(sentence('fact_loads'), 5, 'count'),
          fact(sentence('fact_loading'), 84_000, 'ms'),
        ],
        ...adviceFor('keepLoaded', 'ollama'),
        saving: { value: 84_000, unit: 'ms' },
        at: now - 5 * MINUTE,
        firstSeenAt: now - 20 * MINUTE,
        action: { kind: 'copy_text', text: 'OLLAMA_KEEP_ALIVE=1h' },
      },
      {
        kind: 'busy_without_tokens',
        scope: 'machine',
        subject: 'RTX 4090',
        ...titled(
          sentence('busy_power', {
            gpu: 'RTX 4090',
            power: { value: 280, unit: 'watts' },
            time: { value: 250_000, unit: 'elapsed' },
          }),
        ),
        figure: { value: 280, unit: 'watts' },
        evidence: [fact(sentence('fact_gpu_use'), 97, 'percent')],
        ...NO_ADVICE,
        saving: null,
        at: now,
        firstSeenAt: now,
        action: null,
      },
    ],
    passed: ['no truncated prompts', 'no prompt read twice'],
    checks: [
      passed('context_truncated', 'passed_truncated'),
      passed('repeated_prefix', 'passed_prefix'),
    ],
    notes: [],
    noteSentences: [],
  };
}

function passed(kind: InsightKind, code: PlainCode): InsightCheck {
  const labelSentence = sentence(code);
  const label = inEnglish(labelSentence);
  return { kind, result: 'passed', label, labelSentence, reason: null, reasonSentence: null };
}

/** The settings for a scenario. Most of them fill every section of the settings page. */
export function settingsScenario(name: ScenarioName): SettingsView {
  if (name === 'empty')
    return {
      settings: v.parse(settingsSchema, {}),
      overrides: [],
      restartNeeded: [],
      tokenSource: 'environment',
    };
  const rules: AlertRuleInput[] = [
    {
      name: 'GPU too hot',
      figure: 'gpu_temperature_celsius',
      threshold: 85,
      forMs: 60_000,
      severity: 'critical',
    },
    { name: 'Slow answers', figure: 'latency_ms', threshold: 30_000, by: 'model' },
    { name: 'Server down', figure: 'upstream_down', by: 'upstream', enabled: false },
  ];
  if (name === 'troubled') {
    rules.push(
      ...LONG_RULES.map(
        (rule) => ({ name: rule, figure: 'gpu_utilization_percent', ...LONG }) as const,
      ),
    );
  }
  const reporter = { url: 'https://usage.example.net/tokwatt', headers: { 'X-Key': '(hidden)' } };
  return {
    settings: v.parse(settingsSchema, { alerts: { rules }, reporter, apiPort: 11_500 }),
    overrides: [
      {
        setting: 'upstreams',
        source: '--upstream',
        value: [{ name: 'ollama', url: 'http://127.0.0.1:11434/' }],
      },
      { setting: 'bind', source: '--bind', value: '127.0.0.1' },
      { setting: 'proxyPort', source: 'TOKWATT_PROXY_PORT', value: 11_435 },
    ],
    restartNeeded: [
      {
        setting: 'apiPort',
        reason: settingSentences.restart_port,
        reasonSentence: { code: 'restart_port', params: {} },
      },
    ],
    tokenSource: 'file',
  };
}

/** Names of the maximum length of a rule's name, with and without places to break. */
const LONG_RULES = [
  'The answers of the large models in the back room are slower than anyone can bear',
  'x'.repeat(80),
] as const;
const LONG = { threshold: 1, forMs: 3_600_000, severity: 'info', by: 'gpu' } as const;

const silent = { message: null, messageSentence: null } as const;

function saying(said: Sentence): Pick<ExporterState, 'message' | 'messageSentence'> {
  return { message: inEnglish(said), messageSentence: said };
}

function alert(now: number, part: Partial<AlertState>): AlertState {
  return {
    rule: 'GPU too hot',
    figure: 'gpu_temperature_celsius',
    severity: 'critical',
    by: 'gpu',
    subject: '0',
    status: 'firing',
    since: now - 4 * MINUTE,
    firedAt: now - 4 * MINUTE,
    value: 88,
    threshold: 85,
    message: 'GPU temperature is 88 °C, above 85 °C (gpu 0)',
    messageSentence: null,
    notify: true,
    ...part,
  };
}

function alerts(now: number): Partial<State> {
  const slow = {
    rule: 'Slow answers',
    figure: 'latency_ms',
    severity: 'warning',
    by: 'model',
  } as const;
  return {
    ...traffic(now),
    alerts: [
      alert(now, {}),
      alert(now, {
        ...slow,
        subject: LONG_NAMES[0] ?? null,
        message: `Latency (p95) is 41.2 s, above 30.0 s (model ${LONG_NAMES[0] ?? ''}, last 5 min)`,
      }),
      alert(now, {
        ...slow,
        status: 'pending',
        subject: 'gpt-oss:20b',
        message: 'Latency (p95) is 31.0 s, above 30.0 s (model gpt-oss:20b, last 5 min)',
      }),
      alert(now, {
        ...slow,
        status: 'resolved',
        subject: 'qwen3-coder:30b',
        message: 'Latency (p95): back at 12.0 s (model qwen3-coder:30b, last 5 min)',
      }),
    ],
    exporters: [
      { ...silent, name: 'postgres', status: 'ok', lastSuccessAt: now - 2_000, behind: 0 },
      {
        name: 'clickhouse',
        status: 'failing',
        ...saying(
          sentence('clickhouse_unreachable', {
            url: 'http://127.0.0.1:8123',
            reason: 'ECONNREFUSED',
          }),
        ),
        lastSuccessAt: now - 2 * 86_400_000,
        behind: 12_804,
      },
      { ...silent, name: 'otlp', status: 'starting', lastSuccessAt: null, behind: null },
    ],
  };
}

/** All problems at once, with the longest texts. */
function troubled(now: number): Partial<State> {
  const long = LONG_RULES.flatMap((rule) =>
    (['info', 'warning', 'critical'] as const).map((severity) =>
      alert(now, { rule, severity, subject: severity }),
    ),
  );
  const byModel = LONG_NAMES.map((subject) =>
    alert(now, {
      rule: 'Slow answers',
      severity: 'warning',
      by: 'model',
      subject,
      message: `Latency (p95) is 41.2 s, above 30.0 s (model ${subject}, last 5 min)`,
    }),
  );
  const unreachable = (name: string, server: string, place: string): ExporterState => ({
    name,
    status: 'failing',
    message: `${server} at https://metrics-and-figures.internal.example.net:18123/a/rather/long/path/${'z'.repeat(60)} cannot be reached (ENOTFOUND); correct ${place}, or wait: what is waiting is sent when it answers.`,
    messageSentence: null,
    lastSuccessAt: now - 400 * 86_400_000,
    behind: 12_345_678,
  });
  return {
    ...traffic(now),
    app: { ...baseState(now).app, paused: true, dataDir: `/home/ada/${'deep/'.repeat(20)}Tokwatt` },
    alerts: [...long, ...byModel],
    ledger: {
      status: 'degraded',
      message: 'The activity ledger cannot be written (disk full). 4,096 rows wait in memory.',
      messageSentence: null,
      waiting: 4_096,
      dropped: 0,
    },
    exporters: [
      unreachable('postgres', 'PostgreSQL', 'sinks.postgres.url'),
      unreachable('clickhouse', 'ClickHouse', 'sinks.clickhouse.url'),
      unreachable('otlp', 'The collector', 'otlp.endpoint'),
      unreachable('reporter', 'The address', 'reporter.url'),
      unreachable('webhook', 'The webhook', 'alerts.webhook.url'),
    ],
    updates: {
      ...NO_UPDATE,
      message: 'https://releases.example.net cannot be reached (ENOTFOUND).',
    },
    warnings: [
      {
        id: 'disk',
        at: now,
        message: 'The disk with /home/ada/.config/Tokwatt is almost full (212 MiB left).',
        messageSentence: null,
      },
    ],
  };
}

function baseState(now: number): State {
  const zero = tally({});
  return {
    app: {
      version: '0.1.0',
      startedAt: now - 42 * MINUTE,
      timeZone: processZone(),
      paused: false,
      pausedUntil: null,
      apiUrl: 'http://127.0.0.1:11436',
      dataDir: '/home/ada/.config/Tokwatt',
      settingsVersion: 0,
      // Whatever the browser of the test takes for its region.
      appearance: { ...DEFAULT_APPEARANCE, temperature: 'celsius', hours: 'h23', weekStart: 'mon' },
      tray: DEFAULT_TRAY,
      miniMonitor: DEFAULT_MINI_MONITOR,
      shortcuts: DEFAULT_SHORTCUTS,
      notifications: DEFAULT_NOTIFICATIONS,
      desktop: DEFAULT_DESKTOP,
      updateMode: 'off',
    },
    upstreams: [upstream('ollama', 11434, 11435, 'ollama', 'Ollama 0.33.0')],
    discovered: [],
    throughput: throughput(now, () => [0, 0]),
    inFlight: [],
    loadedModels: [],
    totals: {
      ever: { all: zero, otherRequests: 0, models: [], since: now - 42 * MINUTE },
      today: { all: zero, otherRequests: 0, models: [], date: localDate(now) },
    },
    gpu: { status: 'starting', source: null, note: null, noteSentence: null, at: null, gpus: [] },
    machine: MACHINE_STARTING,
    ledger: { status: 'ok', message: null, messageSentence: null, waiting: 0, dropped: 0 },
    recent: [],
    insights: NO_INSIGHTS,
    alerts: [],
    exporters: [],
    updates: NO_UPDATE,
    cost: null,
    budgets: [],
    pulls: [],
    attachment: null,
    warnings: [],
  };
}

function budget(
  name: string,
  now: number,
  given: Partial<BudgetState> & Pick<BudgetState, 'used' | 'amount'>,
): BudgetState {
  const { used, amount, hardStop = false } = given;
  const share = used === null ? null : used / amount;
  return {
    ...{ name, measure: 'tokens', period: 'month', scope: 'all', subject: null, currency: null },
    ...given,
    share,
    startedAt: now - 20 * 24 * 60 * MINUTE,
    resetsAt: now + 10 * 24 * 60 * MINUTE,
    hardStop,
    isStopped: hardStop && share !== null && share >= 1,
  };
}

function traffic(now: number): Partial<State> {
  const today = period([
    modelTally('qwen3-coder:30b', now, [214, 1_482_310, 903_440, 186_204, 71.4], {
      energyJoules: 1_031_400,
    }),
    modelTally('gpt-oss:20b', now - 9 * MINUTE, [96, 204_118, 61_002, 88_417, 104.8], {
      estimatedTokens: 312,
      energyJoules: 298_800,
      errors: 2,
    }),
    modelTally('nomic-embed-text:latest', now - 31 * MINUTE, [1_204, 611_920, 0, 0, null], {
      energyJoules: 15_120,
    }),
  ]);
  const ever = period([
    modelTally('qwen3-coder:30b', now, [8_214, 61_482_310, 33_903_440, 7_186_204, 69.8], {
      energyJoules: 40_312_000,
    }),
    modelTally('gpt-oss:20b', now, [2_096, 4_204_118, 1_061_002, 1_988_417, 103.1], {
      estimatedTokens: 5_312,
      errors: 14,
    }),
    modelTally('llama3.3:70b', now, [311, 900_118, 120_334, 402_118, 6.42]),
    modelTally('nomic-embed-text:latest', now, [31_204, 15_611_920, 0, 0, null]),
  ]);
  return {
    throughput: throughput(now, busy),
    inFlight: [
      live('1', now - 12_400, { outputTokensSoFar: 846, progress: decoding(now, 9_120) }),
      live('2', now - 2_100, {
        model: 'gpt-oss:20b',
        api: 'openai',
        endpoint: '/v1/chat/completions',
        application: 'OpenAI Python',
        sessionId: null,
        sessionSource: null,
        phase: 'waiting',
        progress: prefilling(now),
      }),
    ],
    loadedModels: [
      loaded('qwen3-coder:30b', 18.6, 18.6, {
        contextLength: 65_536,
        parameterSize: '30.5B',
        quantization: 'Q4_K_M',
        expiresAt: now + 4 * MINUTE + 12_000,
      }),
      loaded('gpt-oss:20b', 3.9, null, { state: 'loading' }),
    ],
    totals: {
      today: { ...today, date: localDate(now) },
      ever: { ...ever, since: now - 61 * 24 * 60 * MINUTE },
    },
    gpu: liveGpu(now, [rtx(0)]),
    recent: recentTraffic(now),
  };
}

function recentTraffic(now: number): ActivityRecord[] {
  return [
    record(9, now - 4_000, {}),
    record(8, now - 21_000, {
      application: 'Zed',
      input: 18_204,
      cached: 17_920,
      output: 312,
      refusals: ['server said 13.6M tok/s, more than any server reaches'],
    }),
    record(7, now - 48_000, {
      model: 'gpt-oss:20b',
      application: 'OpenAI Python',
      error: 'client_aborted',
      provenance: 'estimated',
      estimateErrors: { input: 0.08, output: 0.031 },
      input: 1_024,
      output: 312,
      rate: 98.2,
      durationMs: 3_204,
    }),
    record(6, now - 2 * MINUTE, {
      model: 'nomic-embed-text:latest',
      application: 'Continue',
      operation: 'embedding',
      input: 512,
      output: 0,
      rate: null,
      durationMs: 42,
    }),
    record(5, now - 3 * MINUTE, {
      application: null,
      input: 96,
      output: 1_840,
      durationMs: 26_412,
    }),
    record(4, now - 9 * MINUTE, {
      model: 'gpt-oss:20b',
      error: 'http_error',
      status: 500,
      input: null,
      output: null,
      rate: null,
      durationMs: 18,
    }),
  ];
}

const LONG_NAMES = [
  'hf.co/bartowski/DeepSeek-R1-Distill-Qwen-32B-GGUF:Q4_K_M',
  'hf.co/unsloth/Qwen3-Coder-480B-A35B-Instruct-1M-GGUF:UD-Q2_K_XL',
  'mistral-small3.2:24b-instruct-2506-q8_0',
  'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8',
  'claude-sonnet-4-5-20250929',
];

function longName(index: number): string {
  const name = LONG_NAMES[index % LONG_NAMES.length] ?? '';
  return index < LONG_NAMES.length ? name : `${name}-${index}`;
}

function full(now: number): Partial<State> {
  const models = Array.from({ length: 20 }, (_, i) =>
    modelTally(
      longName(i),
      now - i * MINUTE,
      [
        184_201 - i * 9_000,
        812_345_678 >> (i % 9),
        412_345_678 >> (i % 11),
        99_345_678 >> i,
        412 / (i + 1),
      ],
      {
        estimatedTokens: i % 3 === 0 ? 1_204 + i : 0,
        errors: i % 4,
        unmeteredRequests: i % 5,
        energyJoules: i === 7 ? null : 9e7 >> i,
      },
    ),
  );
  const sums = period(models);
  return {
    cost: {
      date: localDate(now),
      currency: 'EUR',
      kwh: 42.1,
      cost: 13.02,
      co2Grams: 15_200,
      isComplete: false,
    },
    budgets: [
      budget('Tokens of the whole team with a name that is far too long for its line', now, {
        used: 812_345_678,
        amount: 800_000_000,
        hardStop: true,
      }),
      budget('Power', now, { measure: 'energy', used: null, amount: 50 }),
      budget('Money', now, { measure: 'money', currency: 'EUR', used: 13.02, amount: 40 }),
    ],
    upstreams: [
      upstream('ollama', 11434, 11435, 'ollama', 'Ollama 0.33.0'),
      upstream('workstation-llama-server', 8080, 11436, 'llamacpp', 'llama.cpp b7120'),
      { ...downUpstream(), name: 'lm-studio', proxyUrl: 'http://127.0.0.1:11437' },
      {
        ...upstream('cloud', 443, 11438, null, null),
        health: 'unknown',
        targetUrl: 'https://api.openai.com',
      },
    ],
    throughput: throughput(now, (t) => busy(t).map((n) => n * 9) as [number, number]),
    inFlight: Array.from({ length: 8 }, (_, i) =>
      live(String(i), now - i * 31_700, {
        model: i === 7 ? null : longName(i),
        application: i % 3 === 0 ? null : 'Continue for VS Code (extension host)',
        sessionId: null,
        sessionSource: null,
        phase: i % 2 === 0 ? 'generating' : 'waiting',
        outputTokensSoFar: i % 2 === 0 ? 18_204 - i * 311 : 0,
        progress:
          [decoding(now, 119_120), prefilling(now), decoding(now, null), queued(now, i)][i % 4] ??
          NO_PROGRESS,
      }),
    ),
    loadedModels: Array.from({ length: 20 }, (_, i) =>
      loaded(longName(i), 4 + i * 3.1, i % 4 === 1 ? 3 + i : 4 + i * 3.1, {
        contextLength: 131_072,
        parameterSize: '32.8B',
        quantization: 'Q4_K_M',
        expiresAt: i % 2 === 0 ? now + i * MINUTE + 5_000 : null,
        state: i === 19 ? 'sleeping' : 'loaded',
      }),
    ),
    totals: { today: { ...sums, date: localDate(now) }, ever: { ...sums, since: now - 9e9 } },
    gpu: liveGpu(now, [
      rtx(0),
      rtx(1),
      { ...idle(rtx(2)), powerW: null, temperatureC: null },
      rtx(3),
    ]),
    recent: Array.from({ length: 40 }, (_, i) =>
      record(40 - i, now - i * 7_000, {
        model: longName(i),
        application: 'Continue for VS Code (extension host)',
        input: 131_072 - i,
        output: 16_384 + i,
        durationMs: 184_000 + i * 1_000,
        error: i % 6 === 5 ? 'upstream_unreachable' : null,
        provenance: i % 6 === 5 ? 'estimated' : 'reported',
        ...(i % 6 === 5 && { estimateErrors: { input: 0.124, output: 0.081 } }),
      }),
    ),
    warnings: [
      {
        id: 'port',
        at: now,
        message: 'Port 11435 was taken; the proxy for "ollama" listens on 11445.',
        messageSentence: null,
      },
      {
        id: 'disk',
        at: now,
        message: 'The disk with /home/ada/.config/Tokwatt is almost full (212 MiB left).',
        messageSentence: null,
      },
    ],
  };
}

/** Two bursts with their prompts, in tokens per second. `t` is the age of the sample in seconds. */
function busy(t: number): [output: number, input: number] {
  const wobble = 1 + 0.06 * Math.sin(t * 1.7) + 0.04 * Math.sin(t * 0.53);
  const burst = (from: number, to: number, speed: number): number =>
    t <= from && t > to ? speed * wobble : 0;
  const prompt = (at: number, speed: number): number => (Math.abs(t - at) < 2 ? speed : 0);
  return [
    burst(168, 121, 71) + burst(96, 64, 104) + burst(58, -1, 72) + burst(31, 9, 66),
    prompt(170, 2_140) + prompt(98, 690) + prompt(60, 1_820) + prompt(33, 1_204) + prompt(1, 410),
  ];
}

function throughput(now: number, at: (age: number) => [number, number]): Throughput {
  const samples = Array.from({ length: 180 }, (_, i) => at(179 - i));
  const [output = 0, input = 0] = samples.at(-1) ?? [];
  return {
    outputTokensPerSecond: output,
    inputTokensPerSecond: input,
    windowMs: 3_000,
    series: {
      endAt: Math.floor(now / 1_000) * 1_000,
      stepMs: 1_000,
      outputTokensPerSecond: samples.map(([out]) => out),
      inputTokensPerSecond: samples.map(([, input]) => input),
    },
  };
}

function tally(part: Partial<Tally>): Tally {
  return {
    requests: 0,
    errors: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    estimatedTokens: 0,
    unmeteredRequests: 0,
    energyJoules: null,
    ...NO_ENERGY_SUMS,
    ...part,
  };
}

type Figures = readonly [
  requests: number,
  input: number,
  cached: number,
  out: number,
  rate: number | null,
];

function modelTally(
  model: string,
  lastUsedAt: number,
  figures: Figures,
  part?: Partial<Tally>,
): ModelTally {
  const [requests, inputTokens, cachedInputTokens, outputTokens, outputTokensPerSecond] = figures;
  const sums = tally({ requests, inputTokens, cachedInputTokens, outputTokens, ...part });
  return { ...sums, model, outputTokensPerSecond, lastUsedAt };
}

function period(models: readonly ModelTally[]): PeriodTotals {
  const sum = (key: keyof Tally): number | null => {
    const known = models.map((model) => model[key]).filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
  };
  const keys = Object.keys(tally({})) as (keyof Tally)[];
  const all = tally(Object.fromEntries(keys.map((key) => [key, sum(key)])));
  return { models, all, otherRequests: 0 };
}

function upstream(
  name: string,
  port: number,
  proxyPort: number,
  kind: string | null,
  label: string | null,
): UpstreamState {
  return {
    name,
    targetUrl: `http://127.0.0.1:${port}`,
    proxyUrl: `http://127.0.0.1:${proxyPort}`,
    kind,
    label,
    health: 'up',
    note: null,
    noteSentence: null,
    keyStorage: null,
  };
}

function downUpstream(): UpstreamState {
  return {
    ...upstream('ollama', 11434, 11435, null, null),
    health: 'down',
    note: 'Nothing answers at http://127.0.0.1:11434. Start the server, or change its address in the settings.',
  };
}

function loaded(
  name: string,
  sizeGiB: number,
  vramGiB: number | null,
  part: Partial<LoadedModel>,
): LoadedModel {
  return {
    upstream: 'ollama',
    name,
    state: 'loaded',
    sizeBytes: Math.round(sizeGiB * GIB),
    vramBytes: vramGiB === null ? null : Math.round(vramGiB * GIB),
    contextLength: null,
    parameterSize: null,
    quantization: null,
    expiresAt: null,
    ...part,
  };
}

function rtx(index: number): GpuReading {
  return {
    index,
    id: `GPU-${index}`,
    name: 'NVIDIA GeForce RTX 4090',
    vendor: 'nvidia',
    utilizationPercent: 93,
    memoryUsedBytes: Math.round(21.4 * GIB),
    memoryTotalBytes: 24 * GIB,
    temperatureC: 61,
    powerW: 318.4,
    powerLimitW: 450,
  };
}

function idle(gpu: GpuReading): GpuReading {
  return {
    ...gpu,
    utilizationPercent: 0,
    memoryUsedBytes: 0.6 * GIB,
    temperatureC: 38,
    powerW: 16.8,
  };
}

function liveGpu(now: number, gpus: readonly GpuReading[]): GpuState {
  return {
    status: 'live',
    source: 'nvidia-smi',
    note: null,
    noteSentence: null,
    at: now - 400,
    gpus,
  };
}

function live(id: string, startedAt: number, part: Partial<LiveExchange>): LiveExchange {
  return {
    id,
    startedAt,
    upstream: 'ollama',
    api: 'ollama',
    operation: 'chat',
    endpoint: '/api/chat',
    model: 'qwen3-coder:30b',
    countedModel: part.model === undefined ? 'qwen3-coder:30b' : part.model,
    application: 'Continue',
    sessionId: null,
    sessionSource: null,
    phase: 'generating',
    inputTokens: null,
    outputTokensSoFar: 0,
    progress: NO_PROGRESS,
    ...part,
  };
}

function decoding(now: number, contextTokens: number | null): LiveProgress {
  return {
    ...NO_PROGRESS,
    stage: 'decode',
    isStageEstimated: false,
    stages: [
      { stage: 'queued', startedAt: now - 12_400 },
      { stage: 'prefill', startedAt: now - 12_100 },
      { stage: 'decode', startedAt: now - 9_300 },
    ],
    outputTokensPerSecond: 72.4,
    contextTokens,
    contextLength: contextTokens === null ? null : 131_072,
  };
}

function prefilling(now: number): LiveProgress {
  return {
    ...NO_PROGRESS,
    stage: 'prefill',
    isStageEstimated: true,
    stages: [
      { stage: 'queued', startedAt: now - 2_100 },
      { stage: 'prefill', startedAt: now - 1_700 },
    ],
    prefill: {
      fraction: 0.62,
      processedTokens: 11_160,
      totalTokens: 18_000,
      provenance: 'estimated',
      totalProvenance: 'reported',
      tokensPerSecond: 1_240,
      remainingMs: 5_600,
    },
  };
}

function queued(now: number, place: number): LiveProgress {
  const stages = [{ stage: 'queued', startedAt: now - 4_000 }] as const;
  return { ...NO_PROGRESS, stages, queuePlace: place };
}

interface RecordPart {
  readonly model?: string;
  readonly application?: string | null;
  readonly operation?: ActivityRecord['operation'];
  readonly error?: ActivityRecord['error'];
  readonly status?: number | null;
  readonly provenance?: Provenance;
  readonly input?: number | null;
  readonly cached?: number;
  readonly output?: number | null;
  readonly rate?: number | null;
  readonly durationMs?: number;
  readonly refusals?: readonly string[];
  readonly estimateErrors?: ActivityRecord['estimateErrors'];
}

function record(id: number, completedAt: number, part: RecordPart): ActivityRecord {
  const { input = 2_048, cached = 0, output = 512, rate = 72.1, error = null } = part;
  const { provenance = 'reported', durationMs = 8_412 } = part;
  const of = (value: number | null): Provenance | null => (value === null ? null : provenance);
  return {
    id,
    startedAt: completedAt - durationMs,
    completedAt,
    upstream: 'ollama',
    api: 'ollama',
    operation: part.operation ?? 'chat',
    inference: true,
    method: 'POST',
    endpoint: '/api/chat',
    model: part.model ?? 'qwen3-coder:30b',
    countedModel: part.model ?? 'qwen3-coder:30b',
    responseModel: null,
    architecture: null,
    stream: true,
    status: part.status === undefined ? 200 : part.status,
    completed: error === null,
    finishReason: error === null ? 'stop' : null,
    error,
    usage: {
      ...UNKNOWN_USAGE,
      inputTokens: input,
      cachedInputTokens: cached,
      outputTokens: output,
      provenance: {
        input: of(input),
        cachedInput: of(cached),
        output: of(output),
        reasoning: null,
      },
    },
    rates: {
      promptTokensPerSecond: null,
      outputTokensPerSecond: rate,
      provenance: { prompt: null, output: of(rate) },
    },
    timing: {
      durationMs,
      timeToFirstTokenMs: output === null ? null : Math.round(durationMs / 4),
      timeToFirstTextMs: null,
      queueMs: Math.round(durationMs / 12),
      loadMs: null,
      prefillMs: null,
      decodeMs: null,
      interTokenP50Ms: null,
      interTokenMaxMs: null,
    },
    bytesIn: 4_096,
    bytesOut: 16_384,
    contentChunks: output,
    energyJoules: null,
    energyParts: null,
    readable: true,
    estimateErrors: part.estimateErrors ?? { input: null, output: null },
    refusals: part.refusals ?? [],
    meterVersion: 1,
    sessionId: null,
    sessionSource: null,
    sampling: null,
    draftedTokens: null,
    acceptedDraftTokens: null,
    features: { tools: null, structuredOutput: null, images: null, thinking: null },
    client: {
      application: part.application === undefined ? 'Continue' : part.application,
      address: '127.0.0.1',
      key: null,
      process: null,
      origin: null,
      tag: null,
      claimsHop: false,
    },
  };
}
