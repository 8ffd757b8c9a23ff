import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** How many times the whole program is killed; each takes about two seconds. */
const KILLS = Number(process.env.TOKWATT_APP_KILLS ?? 8);

interface Row {
  readonly id: number;
}

let upstream: RecordedUpstream;

/** Sends chats until the program is gone. */
async function load(tokwatt: Headless, until: Promise<void>): Promise<void> {
  let isOver = false;
  void until.then(() => (isOver = true));
  const body = JSON.stringify({ model: MODEL, messages: [], prompt: 'x', stream: false });
  const client = async (): Promise<void> => {
    while (!isOver) {
      await fetch(`${tokwatt.proxy}/api/generate`, { method: 'POST', body })
        .then((answer) => answer.text())
        .catch(() => undefined);
    }
  };
  await Promise.all([client(), client(), client()]);
}

async function allRows(tokwatt: Headless): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor = '';
  for (;;) {
    const page = (await tokwatt.get(`/api/activity?limit=1000${cursor}`)) as {
      activity: Row[];
      next_cursor: string | null;
    };
    rows.push(...page.activity);
    if (page.next_cursor === null) return rows;
    cursor = `&cursor=${page.next_cursor}`;
  }
}

describe('killed at any moment', () => {
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
  });
  afterAll(() => upstream.stop());

  it(
    `counts each stored exchange exactly once, over ${KILLS} kills`,
    { timeout: 240_000 },
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-kill-'));
      const args = ['--upstream', upstream.url, '--log-level', 'error'];
      let seen = new Set<number>();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const tokwatt = await startHeadless({ args, dataDir });
        const killed = new Promise<void>((resolve) => {
          setTimeout(resolve, 100 + Math.random() * 1_900);
        }).then(() => void tokwatt.process.kill('SIGKILL'));
        await load(tokwatt, killed);
      }
      const last = await startHeadless({ args, dataDir });
      const rows = await allRows(last);
      seen = new Set(rows.map((row) => row.id));
      const { totals, models } = (await last.get('/api/usage')) as {
        totals: Record<string, number>;
        models: Record<string, Record<string, number>>;
      };
      await last.stop();
      rmSync(dataDir, { recursive: true });
      expect(seen.size).toBe(rows.length);
      expect(rows.length).toBeGreaterThan(0);
      // What an aborted last exchange of a run counts is its own; the whole ones are exact.
      expect(totals.requests).toBe(rows.length);
      expect(models[MODEL]?.requests).toBe(rows.length);
      const { errors = 0 } = totals;
      expect(totals.input_tokens).toBe((rows.length - errors) * INPUT_TOKENS);
      expect(totals.output_tokens).toBe((rows.length - errors) * OUTPUT_TOKENS);
    },
  );
});
