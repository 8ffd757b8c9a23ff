import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chat, chats, keepChatting } from '../support/chats.ts';
import { allRows, ask, call } from '../support/control-api.ts';
import type { Row } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** A name with everything that breaks tables. */
const AWKWARD = `=cmd|' /c calc'!A1, "quoted"\nline, ünï`;
const KEY = 'sk-of-the-first-application-0001';

interface Distribution {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}
interface Sums {
  readonly requests: number;
  readonly errors: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
}

let upstream: RecordedUpstream;
let slow: RecordedUpstream;
let tokwatt: Headless;
/** Every exchange of the mixed traffic, newest first. */
let rows: Row[];

async function cutOff(): Promise<void> {
  const abort = new AbortController();
  const { url } = tokwatt.proxies.find((proxy) => proxy.upstream === 'slow')!;
  const answer = await fetch(`${url}/api/chat`, {
    method: 'POST',
    signal: abort.signal,
    headers: { 'user-agent': 'Zed/1.0' },
    body: JSON.stringify({ model: 'cut:1b', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  await answer.body!.getReader().read();
  abort.abort();
}

/** Different in everything that can be filtered by. */
async function mixedTraffic(): Promise<void> {
  await chats(tokwatt, 6, { agent: 'curl/8.5.0', key: KEY });
  await chats(tokwatt, 5, { path: '/v1/chat/completions', model: 'other:4b', agent: 'Zed/1.0' });
  await chats(tokwatt, 4, { path: '/api/embed', model: 'embed:small', agent: 'aider/0.9' });
  await chats(tokwatt, 3, {
    path: '/v1/completions',
    model: AWKWARD,
    key: 'sk-second-key-00000002',
  });
  await chats(tokwatt, 2, { upstream: 'gone' });
  await cutOff();
  for (let i = 0; i < 3; i += 1) await fetch(`${tokwatt.proxy}/api/version`).then((a) => a.text());
}

const inference = (row: Row): boolean => row.inference;
const sum = (list: readonly Row[], of: (row: Row) => number | null): number =>
  list.reduce((total, row) => total + (of(row) ?? 0), 0);

function sumsOf(list: readonly Row[]): Sums {
  const asked = list.filter(inference);
  return {
    requests: asked.length,
    errors: asked.filter((row) => row.error !== null).length,
    input_tokens: sum(asked, (row) => row.usage.input_tokens),
    output_tokens: sum(asked, (row) => row.usage.output_tokens),
  };
}

function nearestRank(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** RFC 4180, by the letter: fields of one line, lines of one text. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [[]];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) throw new Error(`no CSV: ${text.slice(0, 200)}`);
    const [, value = '', end] = match;
    lines.at(-1)!.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === '\r\n') lines.push([]);
  }
  lines.pop();
  return lines;
}

beforeAll(async () => {
  upstream = await startRecordedUpstream();
  slow = await startRecordedUpstream({ frameGapMs: 40 });
  const upstreams = [`fast=${upstream.url}`, `slow=${slow.url}`, 'gone=http://127.0.0.1:9'];
  const args = upstreams.flatMap((each) => ['--upstream', each]);
  tokwatt = await startHeadless({ args: [...args, '--log-level', 'error'] });
  await mixedTraffic();
  rows = await tokwatt.activity(24);
});
afterAll(async () => {
  await tokwatt.stop();
  await Promise.all([upstream.stop(), slow.stop()]);
});

describe('activity', () => {
  it('lists every exchange once, newest first', () => {
    expect(rows).toHaveLength(24);
    expect(rows.map((row) => row.id).sort((a, b) => a - b)).toEqual(rows.map((_, i) => i + 1));
    const order = [...rows].sort((a, b) => b.completed_at - a.completed_at || b.id - a.id);
    expect(rows.map((row) => row.id)).toEqual(order.map((row) => row.id));
  });

  const error = (kind: string) => (row: Row) => row.error === kind;
  it.each<[string, () => Record<string, string>, (row: Row) => boolean]>([
    ['a model', () => ({ model: 'other:4b' }), (row) => row.model === 'other:4b'],
    ['an awkward model', () => ({ model: AWKWARD }), (row) => row.model === AWKWARD],
    ['an upstream', () => ({ upstream: 'gone' }), (row) => row.upstream === 'gone'],
    ['an application', () => ({ application: 'curl' }), (row) => row.client.application === 'curl'],
    ['a key', () => ({ key: keyOf() }), (row) => row.client.key === keyOf()],
    ['an operation', () => ({ operation: 'embedding' }), (row) => row.operation === 'embedding'],
    ['an API', () => ({ api: 'openai' }), (row) => row.api === 'openai'],
    ['any error', () => ({ error: 'any' }), (row) => row.error !== null],
    ['a kind of error', () => ({ error: 'client_aborted' }), error('client_aborted')],
    ['status 2xx', () => ({ status_class: '2' }), (row) => statusClass(row) === 2],
    ['status 4xx', () => ({ status_class: '4' }), (row) => statusClass(row) === 4],
    ['status 5xx', () => ({ status_class: '5' }), (row) => statusClass(row) === 5],
    ['inference', () => ({ inference: 'true' }), inference],
    ['the rest', () => ({ inference: 'false' }), (row) => !row.inference],
    [
      'a text in the path',
      () => ({ text: 'COMPLETIONS' }),
      (r) => r.endpoint.includes('completions'),
    ],
    ['a text in the model', () => ({ text: 'EMBED:' }), (row) => row.model === 'embed:small'],
    ['a begin', () => ({ from: `${middle()}` }), (row) => row.completed_at >= middle()],
    ['an end', () => ({ to: `${middle()}` }), (row) => row.completed_at < middle()],
    [
      'several at once',
      () => ({ upstream: 'fast', api: 'ollama', text: 'e', status_class: '2', inference: 'true' }),
      (r) => r.upstream === 'fast' && r.api === 'ollama' && statusClass(r) === 2 && r.inference,
    ],
  ])('can be filtered by %s, in pages and in exports', async (_what, filter, fits) => {
    const query = new URLSearchParams(filter()).toString();
    const wanted = rows.filter(fits).map((row) => row.id);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(rows.length);
    expect((await allRows(tokwatt, query)).map((row) => row.id)).toEqual(wanted);
    expect((await allRows(tokwatt, `${query}&limit=1`)).map((row) => row.id)).toEqual(wanted);
    const { text } = await call(tokwatt, 'GET', `/api/export/activity?format=ndjson&${query}`);
    const exported = text.split('\n').filter((line) => line !== '');
    expect(exported.map((line) => (JSON.parse(line) as Row).id)).toEqual(wanted);
  });

  function keyOf(): string {
    return rows.find((row) => row.client.application === 'curl')!.client.key!;
  }
  function middle(): number {
    return rows[12]!.completed_at;
  }
  function statusClass({ status }: Row): number {
    return Math.floor((status ?? 0) / 100);
  }

  it.each(['model=none', 'upstream=none', 'text=none', 'key=none', 'error=refused', 'to=1'])(
    'is empty, and no error, for %s',
    async (query) => expect(await allRows(tokwatt, query)).toEqual([]),
  );

  it('gives one exchange by its id', async () => {
    for (const row of rows) {
      const { cost, usual, ...rest } = await ask<Row & { cost: object; usual: object }>(
        tokwatt,
        'GET',
        `/api/activity/${row.id}`,
      );
      expect(rest).toEqual({ ...row, insights: [] });
      expect(cost).toMatchObject({ electricity: null, cloud: null });
      expect(usual).toHaveProperty('exchanges');
    }
  });
});

describe('sums and charts', () => {
  const range = (): string => `from=${tokwattStart()}&to=${Date.now() + 60_000}&bucket_ms=60000`;
  const tokwattStart = (): number => Math.floor(rows.at(-1)!.started_at / 60_000) * 60_000;
  const models = (): string[] => [...new Set(rows.filter(inference).map((row) => row.model!))];
  const ofModel = (model: string): Row[] => rows.filter((row) => row.model === model);

  it('has series that add up to the rows, together and by model', async () => {
    type Point = Sums & { readonly name: string | null };
    const series = async (more: string): Promise<Point[]> =>
      (await ask<{ points: Point[] }>(tokwatt, 'GET', `/api/series?${range()}${more}`)).points;
    const total = (points: readonly Sums[]): Sums =>
      points.reduce(
        (all, point) => ({
          requests: all.requests + point.requests,
          errors: all.errors + point.errors,
          input_tokens: all.input_tokens + point.input_tokens,
          output_tokens: all.output_tokens + point.output_tokens,
        }),
        sumsOf([]),
      );
    expect(total(await series(''))).toEqual(sumsOf(rows));
    const byModel = await series('&group_by=model');
    for (const model of models()) {
      const line = byModel.filter((point) => point.name === model);
      expect(total(line)).toEqual(sumsOf(ofModel(model)));
      const alone = await series(`&model=${encodeURIComponent(model)}`);
      expect(total(alone)).toEqual(sumsOf(ofModel(model)));
    }
    expect(total(await series('&upstream=gone'))).toEqual(
      sumsOf(rows.filter((row) => row.upstream === 'gone')),
    );
  });

  it('has percentiles that are those of the rows', async () => {
    for (const model of models()) {
      const answer = await ask<{ latency_ms: Distribution; method: string }>(
        tokwatt,
        'GET',
        `/api/percentiles?model=${encodeURIComponent(model)}`,
      );
      const clean = ofModel(model).filter((row) => row.inference && row.error === null);
      const latencies = clean.map((row) => row.timing.duration_ms);
      expect(answer.method).toBe('rows');
      expect(answer.latency_ms.count).toBe(latencies.length);
      expect(answer.latency_ms).toMatchObject({
        p50: nearestRank(latencies, 0.5),
        p95: nearestRank(latencies, 0.95),
        p99: nearestRank(latencies, 0.99),
      });
    }
  });

  it('has rollups and rankings that add up to the rows', async () => {
    const { rollups } = await ask<{ rollups: (Sums & { model: string; day: string })[] }>(
      tokwatt,
      'GET',
      '/api/rollups?by=model',
    );
    const { top } = await ask<{ top: (Sums & { name: string })[] }>(
      tokwatt,
      'GET',
      '/api/top?by=model&order=output_tokens',
    );
    for (const model of models()) {
      expect(rollups.filter((line) => line.model === model)).toMatchObject([
        sumsOf(ofModel(model)),
      ]);
      expect(top.find((line) => line.name === model)).toMatchObject(sumsOf(ofModel(model)));
    }
    const outputs = top.map((line) => line.output_tokens);
    expect(outputs).toEqual([...outputs].sort((a, b) => b - a));
    expect(top).toHaveLength(models().length);
    const day = rollups[0]!.day;
    const none = `/api/rollups?from_day=2000-01-01&to_day=2000-01-02`;
    expect(await ask(tokwatt, 'GET', none)).toEqual({ rollups: [] });
    const { rollups: whole } = await ask<{ rollups: Sums[] }>(
      tokwatt,
      'GET',
      `/api/rollups?from_day=${day}`,
    );
    expect(whole).toMatchObject([sumsOf(rows)]);
  });
});

describe('exports', () => {
  it.each(['activity', 'rollups', 'series'])('has as many %s in each format', async (what) => {
    const get = (format: string): Promise<{ text: string; headers: Headers }> =>
      call(tokwatt, 'GET', `/api/export/${what}?format=${format}`);
    const csv = await get('csv');
    const [head, ...lines] = parseCsv(csv.text);
    const json = JSON.parse((await get('json')).text) as unknown[];
    const ndjson = (await get('ndjson')).text.trim().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    expect(json).toHaveLength(lines.length);
    expect(ndjson).toHaveLength(lines.length);
    expect(ndjson.map((line): unknown => JSON.parse(line))).toEqual(json);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([head!.length]));
    const names = JSON.stringify(json).match(/"[^"]*"(?=:)/g) ?? [];
    expect([...head!, ...names].filter((name) => /[A-Z]/.test(name))).toEqual([]);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.headers.get('content-disposition')).toContain(`tokwatt-${what}.csv`);
  });

  it('keeps awkward names whole, and harmless in a spreadsheet', async () => {
    const [head, ...lines] = parseCsv((await call(tokwatt, 'GET', '/api/export/activity')).text);
    const place = head!.indexOf('model');
    const names = lines.map((line) => line[place]);
    expect(names.filter((name) => name === `'${AWKWARD}`)).toHaveLength(3);
    expect(names.some((name) => name!.startsWith('='))).toBe(false);
    const ids = lines.map((line) => Number(line[head!.indexOf('id')]));
    expect(ids).toEqual(rows.map((row) => row.id));
  });
});

describe('paging', () => {
  it('comes to the end while rows come in, with none twice and none missing', async () => {
    const busy = await startHeadless({
      args: ['--upstream', upstream.url, '--log-level', 'error'],
    });
    await chats(busy, 510);
    await busy.activity(510);
    const before = (await allRows(busy, 'limit=1000')).map((row) => row.id);
    expect(before).toHaveLength(510);
    const load = keepChatting(busy);
    for (const limit of [41, 1000]) {
      const ids = (await allRows(busy, `limit=${limit}`)).map((row) => row.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(before.filter((id) => !ids.includes(id))).toEqual([]);
    }
    const filtered = await allRows(busy, `limit=37&model=${MODEL}&inference=true`);
    expect(new Set(filtered.map((row) => row.id)).size).toBe(filtered.length);
    const statuses = await load.stop();
    expect(new Set(statuses)).toEqual(new Set([200]));
    const all = await allRows(busy, 'limit=499');
    expect(all).toHaveLength(510 + statuses.length);
    expect(await busy.get('/api/usage')).toMatchObject({ totals: { requests: all.length } });
    await chat(busy);
    expect(await busy.stop()).toBe(0);
  });
});
