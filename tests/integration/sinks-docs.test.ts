import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { record } from '../faults/ledger-records.ts';
import { UNKNOWN_USAGE } from '../../shared/usage.ts';
import type { Row } from '../support/postgres-server.ts';
import { ENGINES } from '../support/sink-engines.ts';
import type { Engine, EngineServer } from '../support/sink-engines.ts';
import { openSinkLab } from '../support/sink-lab.ts';

const DOCS = resolve(import.meta.dirname, '../../docs');
const LLAMA = record(1).model ?? '';
/** An hour ago, all in one second: one calendar day and one bucket of every chart. */
const AT = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const PLACE = 'tokwatt';

const CASES = ENGINES.map((engine) => ({
  name: engine.obstacle === null ? engine.name : `${engine.name} (skipped: ${engine.obstacle})`,
  engine,
}));

describe.each(CASES)('the documented queries for $name', ({ engine }) => {
  describe.skipIf(engine.obstacle !== null)('a real server', () => {
    let server: EngineServer;
    beforeAll(async () => {
      server = await engine.start();
      const lab = await openSinkLab();
      const { timing, usage } = record(1);
      const estimated = { inputTokens: 100, cachedInputTokens: null, outputTokens: 10 };
      const provenance = { ...usage.provenance, cachedInput: null, output: 'estimated' as const };
      for (const durationMs of [100, 200, 300, 400, 500, 600]) {
        lab.add(1, { completedAt: AT, timing: { ...timing, durationMs } });
      }
      lab.add(2, {
        completedAt: AT,
        model: 'qwen',
        error: 'incomplete',
        usage: { ...usage, ...estimated, provenance },
        timing: { ...timing, durationMs: 1_000 },
      });
      lab.add(3, {
        ...{ completedAt: AT, model: null, inference: false, usage: UNKNOWN_USAGE },
        energyJoules: null,
      });
      await lab.sink(server.settings(PLACE)).stop(20_000, 'quit');
      await lab.dispose();
      if (engine.name === 'clickhouse') await copyRow(server);
    });
    afterAll(() => server.dispose());

    /** The documents name the tables in full. */
    const ask = async (sql: string): Promise<Row[]> => (await server.rows('', sql)).map(plain);

    it('has an example for every question, and each is right', async () => {
      const examples = examplesOf(engine);
      expect([...examples.keys()]).toEqual(Object.keys(ANSWERS));
      for (const [question, right] of Object.entries(ANSWERS)) {
        const rows = await ask(examples.get(question) ?? '');
        expect(rows, question).toEqual(partly(right[engine.name]));
      }
    });

    it('fills every panel of the dashboard with correct figures', async () => {
      const { panels, variable } = dashboardOf(engine);
      expect((await ask(expand(variable, []))).map((row) => row.asked_model)).toEqual([
        LLAMA,
        'qwen',
      ]);
      expect(panels.map(({ title }) => title)).toEqual(Object.keys(PANELS));
      for (const { title, sql } of panels) {
        const rows = await ask(expand(sql, [LLAMA, 'qwen']));
        const right = PANELS[title]?.[engine.name === 'postgres' ? 0 : 1] ?? [];
        expect(rows, title).toEqual(partly(right));
      }
      const requests = panels.find(({ title }) => title === 'Requests');
      expect(await ask(expand(requests?.sql ?? '', ['qwen']))).toEqual([{ requests: 2 }]);
    });
  });
});

/** What a lost answer may leave behind: a second copy of a row, and an older sending of a sum. */
async function copyRow(server: EngineServer): Promise<void> {
  await server.rows(PLACE, 'INSERT INTO exchanges SELECT * FROM exchanges WHERE id = 1');
  await server.rows(
    PLACE,
    `INSERT INTO rollups (instance, day, row_key, model, requests, sending)
     SELECT instance, day, row_key, model, 1, 1 FROM rollups`,
  );
}

type Answers = Readonly<Record<Engine['name'], readonly Row[]>>;
const same = (...rows: Row[]): Answers => ({ postgres: rows, clickhouse: rows });
const wattHours = (joules: number, tokens: number): unknown =>
  expect.closeTo((joules / 3_600 / tokens) * 1_000, 6);

const ANSWERS: Readonly<Record<string, Answers>> = {
  'Tokens by model, last seven days': same(
    { model: LLAMA, requests: 6, tokens_in: 720, tokens_out: 1_440 },
    { model: 'qwen', requests: 2, tokens_in: 200, tokens_out: 20 },
  ),
  'Error rate by day': {
    postgres: [{ requests: 8, errors: 2, percent: 25 }],
    clickhouse: [{ request_count: 8, error_count: 2, percent: 25 }],
  },
  'Latency and time to first token': {
    postgres: [{ model: LLAMA, p50_ms: 350, p95_ms: 575, first_token_p50_ms: 210.5 }],
    // The nearest rank, where PostgreSQL interpolates.
    clickhouse: [{ model: LLAMA, p50_ms: 400, p95_ms: 600, first_token_p50_ms: 210.5 }],
  },
  'Energy for a thousand output tokens, in watt hours': same(
    { model: LLAMA, watt_hours: wattHours(75, 1_440) },
    { model: 'qwen', watt_hours: wattHours(25, 20) },
  ),
  'Who used most, this month and the last': {
    postgres: [{ application: 'Open WebUI', key: '1f2e…9abc', requests: 8, tokens_out: 1_460 }],
    clickhouse: [
      { application: 'Open WebUI', key: '1f2e…9abc', request_count: 8, tokens_out: 1_460 },
    ],
  },
  'How much of the output is an estimate': same(
    { output_provenance: 'reported', requests: 6, tokens_out: 1_440 },
    { output_provenance: 'estimated', requests: 2, tokens_out: 20 },
  ),
};

const both = (...rows: Row[]): [Row[], Row[]] => [rows, rows];
const about = (value: number): unknown => expect.closeTo(value, 6);
const BY_MODEL = (name: string, llama: number, qwen: number): [Row[], Row[]] =>
  both({ metric: LLAMA, [name]: about(llama) }, { metric: 'qwen', [name]: about(qwen) });

/** By title: PostgreSQL's rows, and ClickHouse's. */
const PANELS: Readonly<Record<string, readonly [readonly Row[], readonly Row[]]>> = {
  Requests: both({ requests: 8 }),
  'Tokens in': both({ tokens_in: 920 }),
  'Tokens out': both({ tokens_out: 1_460 }),
  Errors: both({ error_ratio: 0.25 }),
  'Speed, median': both({ tokens_per_second: 48.25 }),
  Energy: both({ watt_hours: about(100 / 3_600) }),
  'Tokens by model': BY_MODEL('tokens', 2_160, 220),
  'Requests by model': BY_MODEL('requests', 6, 2),
  Latency: [[{ p50: 450, p95: 1_000, p99: 1_000 }], [{ p50: 500, p95: 1_000, p99: 1_000 }]],
  'Time to first token': both({ p50: 210.5, p95: 210.5, p99: 210.5 }),
  'Output tokens per second by model, median': BY_MODEL('tokens_per_second', 48.25, 48.25),
  'Errors over time': both({ error_ratio: 0.25 }),
  'Energy by model': BY_MODEL('watt_hours', 75 / 3_600, 25 / 3_600),
  'Errors by kind': both({ error: 'incomplete', asked_model: 'qwen', requests: 2 }),
  'Who asked': both({
    ...{ app: 'Open WebUI', api_key: '1f2e…9abc', request_count: 8 },
    ...{ tokens_in: 920, tokens_out: 1_460, watt_hours: about(100 / 3_600) },
  }),
  Days: both({ request_count: 8, error_count: 2, tokens_in: 920, tokens_out: 1_460 }),
};

/** The examples of `docs/sinks.md` for an engine, by the question in their first line. */
function examplesOf({ name }: Engine): Map<string, string> {
  const text = readFileSync(join(DOCS, 'sinks.md'), 'utf8');
  const blocks = text.matchAll(new RegExp(`^\`\`\`sql ${name}\n-- (.*)\n([^\`]+);\n\`\`\`$`, 'gm'));
  return new Map([...blocks].map(([, question, sql]) => [question ?? '', sql ?? '']));
}

interface Dashboard {
  readonly templating: { readonly list: readonly { name: string; query: string }[] };
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly rawSql: string }[];
  }[];
}

function dashboardOf({ name }: Engine): {
  variable: string;
  panels: { title: string; sql: string }[];
} {
  const text = readFileSync(join(DOCS, `grafana/tokwatt-${name}.json`), 'utf8');
  const { templating, panels } = JSON.parse(text) as Dashboard;
  return {
    variable: templating.list.find((variable) => variable.name === 'model')?.query ?? '',
    panels: panels.flatMap(({ title, targets }) =>
      targets.map(({ rawSql }) => ({ title, sql: rawSql })),
    ),
  };
}

/** Puts what Grafana puts for its macros and variables; of time groups, what the oldest server knows. */
function expand(sql: string, models: readonly string[]): string {
  const [from, to] = [AT / 1_000 - 60, AT / 1_000 + 60];
  const expanded = sql
    .replace(/\$__timeFilter\((\w+)\)/g, (_, column: string) =>
      sql.includes('FINAL')
        ? `${column} >= toDateTime(${from}) AND ${column} <= toDateTime(${to})`
        : `${column} BETWEEN to_timestamp(${from}) AND to_timestamp(${to})`,
    )
    .replace(/\$__timeGroup\((\w+), \$__interval\)/g, 'floor(extract(epoch from $1)/300)*300')
    .replace(/\$__timeInterval\((\w+)\)/g, 'toStartOfFiveMinute(toDateTime($1))')
    .replaceAll('${model:sqlstring}', models.map((model) => `'${model}'`).join(','));
  expect(expanded).not.toMatch(/\$/);
  return expanded;
}

/** Rows that have at least these columns. */
function partly(rows: readonly Row[]): unknown[] {
  return rows.map((row): unknown => expect.objectContaining(row));
}

/** Counts of eight bytes and numerics come as text. */
function plain(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value,
    ]),
  );
}

describe('the files for server users', () => {
  interface Compose {
    readonly services: Readonly<
      Record<
        string,
        { readonly image: string; readonly ports?: string[]; readonly volumes?: string[] }
      >
    >;
    readonly volumes: Readonly<Record<string, unknown>>;
  }
  const folder = join(DOCS, 'compose');
  const readCompose = (name: string): Compose =>
    parse(readFileSync(join(folder, name), 'utf8')) as Compose;

  it.each(['compose.yml', 'ollama.yml'])('mount only existing files, read-only: %s', (file) => {
    const compose = readCompose(file);
    const services = Object.entries(compose.services);
    const mounts = services.flatMap(([, { volumes = [] }]) => volumes);
    for (const mount of mounts) {
      const [source = '', , mode] = mount.split(':');
      if (source.startsWith('.')) {
        expect(existsSync(join(folder, source)), mount).toBe(true);
        expect(mode, mount).toBe('ro');
      } else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it.each([
    ['compose.yml', ['clickhouse', 'grafana', 'postgres', 'prometheus']],
    ['ollama.yml', ['grafana', 'ollama', 'prometheus', 'tokwatt']],
  ])('bind only to loopback, and name a version of every image: %s', (file, names) => {
    const services = Object.entries(readCompose(file).services);
    expect(services.map(([name]) => name).sort()).toEqual(names);
    for (const [name, { image, ports = [] }] of services) {
      expect(image, name).toMatch(/:.*\d/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  it('give Grafana the data sources that the dashboards ask for', () => {
    const file = join(folder, 'grafana/datasources.yml');
    const { datasources } = parse(readFileSync(file, 'utf8')) as {
      datasources: { type: string }[];
    };
    const types = datasources.map(({ type }) => type);
    for (const engine of ENGINES) {
      const dashboard = readFileSync(join(DOCS, `grafana/tokwatt-${engine.name}.json`), 'utf8');
      expect(
        types.some((type) => dashboard.includes(`"query": "${type}"`)),
        engine.name,
      ).toBe(true);
    }
    expect(types).toContain('prometheus');
  });
});
