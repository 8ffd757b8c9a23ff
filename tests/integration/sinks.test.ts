import { createServer } from 'node:net';
import { once as event } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Exporter } from '../../electron/core/exporters/exporter.ts';
import { DIMENSIONS } from '../../electron/core/records/ledger/query-schemas.ts';
import { localDate } from '../../shared/format.ts';
import { UNKNOWN_USAGE } from '../../shared/usage.ts';
import { NOON, record } from '../faults/ledger-records.ts';
import { freePort } from '../support/free-port.ts';
import { ENGINES, tallyOf } from '../support/sink-engines.ts';
import type { Changes, Engine, EngineServer } from '../support/sink-engines.ts';
import { openSinkLab, until } from '../support/sink-lab.ts';
import type { SinkLab } from '../support/sink-lab.ts';

/** Of each exchange that the lab makes. */
const INPUT = 120;
const OUTPUT = 240;
const DAY_MS = 86_400_000;
const SECRET = 'n0t-the-right-0ne';

function named({ name, obstacle }: Engine): string {
  return obstacle === null ? name : `${name} (skipped: ${obstacle})`;
}

async function caughtUp(lab: SinkLab, sink: Exporter): Promise<void> {
  await lab.ledger.flush();
  await until(
    () => sink.state,
    ({ status, behind }) => status === 'ok' && behind === 0,
  );
}

async function failing(sink: Exporter): Promise<string> {
  const { message } = await until(
    () => sink.state,
    ({ status }) => status === 'failing',
  );
  return message ?? '';
}

describe.each(ENGINES.map((engine) => ({ name: named(engine), engine })))(
  'the ledger, copied to $name',
  ({ engine }) => {
    describe.skipIf(engine.obstacle !== null)('a real server', () => {
      let server: EngineServer;
      let lab: SinkLab;
      let place = '';
      let places = 0;
      beforeAll(async () => {
        server = await engine.start();
      });
      afterAll(() => server.dispose());
      beforeEach(async () => {
        place = `place_${(places += 1)}`;
        lab = await openSinkLab();
      });
      afterEach(() => lab.dispose());

      const start = (changes: Changes = {}): Exporter => lab.sink(server.settings(place, changes));
      const stop = (sink: Exporter): Promise<void> => sink.stop(20_000, 'quit');
      const expectOnce = async (rows: number): Promise<void> => {
        const [input, output] = [rows * INPUT, rows * OUTPUT];
        expect(await tallyOf(server, place)).toEqual({ rows, distinct: rows, input, output });
      };
      const number = async (sql: string): Promise<number> =>
        Number((await server.rows(place, sql))[0]?.n);

      it('gets earlier and new exchanges, each once', async () => {
        lab.add(1_300);
        const sink = start();
        expect(sink.state).toMatchObject({ status: 'starting', lastSuccessAt: null });
        await caughtUp(lab, sink);
        lab.add(7);
        await caughtUp(lab, sink);
        await expectOnce(1_307);
        expect(sink.state.lastSuccessAt).not.toBeNull();
      });

      it.each(['stop', 'kill'] as const)(
        'loses and doubles nothing when the server is gone for a while (%s)',
        async (how) => {
          const sink = start();
          const load = setInterval(() => lab.add(20), 20);
          await until(
            () => sink.state.lastSuccessAt,
            (at) => at !== null,
          );
          await server[how]();
          const message = await failing(sink);
          expect(message).toMatch(/cannot be reached \([^)]+\); start it/);
          const before = sink.state.behind ?? 0;
          expect(lab.logged().match(/does not accept rows/g)?.length).toBe(1);
          await until(
            () => sink.state.behind ?? 0,
            (behind) => behind > before + 700,
          );
          await server.start();
          await until(
            () => sink.state.status,
            (status) => status === 'ok',
          );
          clearInterval(load);
          await stop(sink);
          await expectOnce(lab.ledger.lastId() ?? 0);
          expect(sink.state).toMatchObject({ status: 'ok', behind: 0 });
        },
        120_000,
      );

      it('recognizes existing rows when its position is lost', async () => {
        lab.add(900);
        await stop(start());
        lab.forget();
        lab.add(50);
        await stop(start());
        await expectOnce(950);
      });

      it('sends everything again, including sums, when the database lost it', async () => {
        lab.add(600, { completedAt: NOON - 3 * DAY_MS });
        await stop(start());
        const table = (name: string): string =>
          engine.name === 'postgres' ? `TRUNCATE ${name}` : `DROP TABLE ${name}`;
        await server.rows(place, table('exchanges'));
        await server.rows(place, table('rollups'));
        if (engine.name === 'clickhouse') await server.rows(place, table('schema_version'));
        lab.add(5);
        await stop(start());
        await expectOnce(605);
        const sums = `SELECT sum(requests) AS n FROM rollups${server.final}`;
        expect(await number(sums)).toBe(605);
      });

      it('removes sums under a name that is merged into another', async () => {
        const own = { upstream: 'box', api: 'openai' } as const;
        lab.add(2, { ...own, model: 'plain:latest' });
        await stop(start());
        const sums = async (): Promise<unknown> =>
          (
            await server.rows(
              place,
              `SELECT model, sum(requests) AS n FROM rollups${server.final}
               GROUP BY model ORDER BY model`,
            )
          ).map(({ model, n }) => [model, Number(n)]);
        expect(await sums()).toEqual([['plain:latest', 2]]);
        lab.add(1, { ...own, model: 'plain' });
        await lab.ledger.flush();
        lab.ledger.noteOllama(['box']);
        const top = { by: 'model', order: 'requests' } as const;
        await expect.poll(async () => await lab.ledger.top(top)).toHaveLength(1);
        await stop(start());
        expect(await sums()).toEqual([
          ['plain', 3],
          ['plain:latest', 0],
        ]);
      });

      it('continues past rows that the ledger no longer has', async () => {
        lab.add(30);
        await lab.ledger.flush();
        await lab.ledger.clear('logs');
        lab.add(4);
        const sink = start();
        await caughtUp(lab, sink);
        await expectOnce(4);
        await lab.ledger.clear('all');
        await stop(sink);
        const again = start();
        await caughtUp(lab, again);
        await expectOnce(4);
      });

      it('has every field, and NULL where it is unknown', async () => {
        const hostile = 'a\0b \ud800 \\ \' " {,} \u2028 \n ✓ 😀'.padEnd(5_000, 'ü');
        const kept = hostile.replace('\0', '\uFFFD').replace('\ud800', '\uFFFD');
        lab.add(1, { completedAt: NOON + 123, startedAt: NOON - 77 });
        lab.add(1, {
          completedAt: NOON + 124,
          model: hostile,
          usage: { ...UNKNOWN_USAGE, inputTokens: 0 },
          energyJoules: null,
          energyParts: null,
          status: null,
          stream: null,
          client: {
            ...{ application: hostile, address: null, key: '', origin: 'NULL', tag: '{}' },
            process: hostile,
            claimsHop: false,
          },
        });
        await stop(start());
        const [full, sparse] = (
          await server.rows(place, 'SELECT * FROM exchanges ORDER BY id')
        ).map(plain);
        const given = record(1, { completedAt: NOON + 123 });
        expect(full).toMatchObject({
          instance: lab.instance,
          id: 1,
          started_at: NOON - 77,
          completed_at: NOON + 123,
          ...{ upstream: 'ollama', api: 'ollama', operation: 'chat', inference: 1 },
          ...{ method: 'POST', endpoint: '/api/chat', model: given.model, stream: 1, status: 200 },
          ...{ response_model: given.responseModel, architecture: 'llama', completed: 1 },
          ...{ finish_reason: 'stop', error: null },
          ...{ input_tokens: 120, cached_input_tokens: 20, output_tokens: 240 },
          ...{ reasoning_tokens: null, reasoning_provenance: null },
          ...{ input_provenance: 'reported', cached_input_provenance: 'derived' },
          ...{ output_provenance: 'reported', prompt_rate_provenance: 'reported' },
          ...{ output_rate_provenance: 'reported' },
          ...{ prompt_tokens_per_second: 812.5, output_tokens_per_second: 48.25 },
          ...{ duration_ms: 1_250.125, time_to_first_token_ms: 210.5, queue_ms: null, load_ms: 0 },
          ...{ prefill_ms: 180.25, decode_ms: 990.75, inter_token_p50_ms: 20.5 },
          ...{ inter_token_max_ms: 61.25, bytes_in: 640, bytes_out: 24_000 },
          ...{ content_chunks: 240, energy_joules: 12.5, readable: 1 },
          ...{ tools: 0, structured_output: null, images: 1, thinking: null },
          ...{ application: 'Open WebUI', address: '127.0.0.1', key: '1f2e…9abc' },
          ...{ origin: null, tag: null, energy_net_joules: 7.5, energy_prefill_joules: 2.5 },
          ...{ energy_decode_joules: 10, energy_measured_share: 0.95, energy_other_work: 1 },
        });
        expect(sparse).toMatchObject({
          ...{ model: kept, application: kept, address: null, key: '', origin: 'NULL', tag: '{}' },
          ...{ input_tokens: 0, output_tokens: null, input_provenance: null },
          ...{ energy_joules: null, energy_measured_share: null, energy_other_work: null },
          ...{ status: null, stream: null },
        });
        expect(await number('SELECT count(*) AS n FROM rollups')).toBe(2);
      });

      it('has daily sums that follow the ledger', async () => {
        for (const day of [400, 30, 1]) {
          lab.add(10, { completedAt: NOON - day * DAY_MS });
          lab.add(3, { completedAt: NOON - day * DAY_MS, model: null, inference: false });
        }
        await stop(start());
        lab.add(5, { completedAt: NOON - DAY_MS });
        lab.add(5, { completedAt: NOON, error: 'incomplete' });
        await stop(start());
        const rollups = await lab.ledger.rollups({ by: [...DIMENSIONS] });
        const rows = await server.rows(
          place,
          `SELECT day, model, requests, other_requests, errors, output_tokens, energy_joules,
           output_tokens_per_second FROM rollups${server.final} ORDER BY day, requests`,
        );
        expect(rows.map(plain)).toEqual(
          [...rollups]
            .sort((a, b) => a.day.localeCompare(b.day) + (a.requests - b.requests) / 1_000)
            .map((sum) => ({
              day: sum.day,
              model: sum.model,
              requests: sum.requests,
              other_requests: sum.otherRequests,
              errors: sum.errors,
              output_tokens: sum.outputTokens,
              energy_joules: sum.energyJoules,
              output_tokens_per_second: sum.outputTokensPerSecond,
            })),
        );
        expect(rows.length).toBe(7);
      });

      it('lets two Tokwatts start at once on one database', async () => {
        const other = await openSinkLab();
        try {
          lab.add(20);
          other.add(30);
          const settings = server.settings(place);
          const [first, second] = [lab.sink(settings), other.sink(settings)];
          await caughtUp(lab, first);
          await caughtUp(other, second);
          expect(await number('SELECT count(*) AS n FROM exchanges')).toBe(50);
          expect(await number('SELECT count(DISTINCT instance) AS n FROM exchanges')).toBe(2);
        } finally {
          await other.dispose();
        }
      });

      it('does not change the tables of a newer version', async () => {
        await stop(start());
        await server.rows(
          place,
          engine.name === 'postgres'
            ? "INSERT INTO schema_version (version, name) VALUES (99, 'future')"
            : "INSERT INTO schema_version (version, name, applied_at) SELECT 99, 'future', now()",
        );
        lab.add(1);
        const sink = start();
        expect(await failing(sink)).toMatch(/newer Tokwatt \(version 99, .*; update Tokwatt, or/);
        expect(await number('SELECT count(*) AS n FROM exchanges')).toBe(0);
      });

      it('explains a wrong password, user or address, and reveals no secret', async () => {
        const refused = start({ password: SECRET });
        expect(await failing(refused)).toMatch(/refused the user \w+ or its password; set/);
        const stranger = start({ username: 'nobody', password: SECRET });
        expect(await failing(stranger)).toMatch(/refused the user nobody or its password/);
        const port = await freePort();
        const lost = start({ port, password: SECRET });
        expect(await failing(lost)).toMatch(/cannot be reached \(ECONNREFUSED\); start it, or/);
        expect(lab.logged()).toContain('refused');
        expect(lab.logged()).not.toContain(SECRET);
        expect(refused.state.message).not.toContain(SECRET);
      });

      it('abandons a silent server when it has to stop', async () => {
        const silent = createServer((socket) => socket.resume().on('error', () => undefined));
        silent.listen(0, '127.0.0.1');
        await event(silent, 'listening');
        const address = silent.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        lab.add(1);
        const sink = start({ port });
        await until(
          () => new Promise<number>((resolve) => silent.getConnections((_, n) => resolve(n))),
          (connections) => connections > 0,
        );
        await sink.stop(300, 'quit');
        await until(
          () => new Promise<number>((resolve) => silent.getConnections((_, n) => resolve(n))),
          (connections) => connections === 0,
        );
        silent.close();
      });
    });
  },
);

/** Both databases' rows in one form: numbers, moments in milliseconds, days as text. */
function plain(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(row).filter((name) => !name.endsWith('_at_ms'));
  return Object.fromEntries(
    names.map((name) => {
      const value = row[`${name}_ms`] ?? row[name];
      if (value instanceof Date && name === 'day') return [name, localDate(value.getTime())];
      if (value instanceof Date) return [name, value.getTime()];
      if (typeof value === 'boolean') return [name, Number(value)];
      const isCount = typeof value === 'string' && /^\d+$/.test(value);
      return [name, isCount ? Number(value) : value];
    }),
  );
}
