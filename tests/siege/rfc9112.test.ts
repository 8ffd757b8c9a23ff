/** Requests as bytes: Tokwatt takes no more of them than a bare server of Node or nginx does. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/setup/project.mjs';
import { compare } from './rfc9112-run.mjs';
import { NGINX } from './rfc9112-servers.mjs';
import type { Result } from './rfc9112-run.mjs';
import { VECTORS } from './rfc9112-vectors.mjs';

const TABLE = new URL('../../docs/rfc9112.md', import.meta.url);

let results: readonly Result[];
beforeAll(async () => {
  await ensureBuild(() => undefined);
  results = await compare();
});

const named = ({ section, name }: Result): string => `${section}: ${name}`;

describe('the requests of RFC 9112', () => {
  it('have names of their own, and there are many', () => {
    expect(new Set(results.map(named)).size).toBe(VECTORS.length);
    expect(VECTORS.length).toBeGreaterThanOrEqual(150);
  });

  it('are taken if they are valid, and refused if they are not', () => {
    const wrong = results.filter(({ takes, tokwatt: { taken, answer } }) => {
      return taken !== takes || (takes === 0 && /\b2\d\d\b/.test(answer));
    });
    expect(wrong.map((each) => [named(each), each.tokwatt])).toEqual([]);
  });

  it('are never taken where a bare server of Node refuses them', () => {
    const lenient = results.filter(({ tokwatt, node }) => tokwatt.taken > node.taken);
    expect(lenient.map(named)).toEqual([]);
  });

  it.skipIf(NGINX === undefined)(
    'are never taken where nginx refuses them, but for one that is sent on in a form without doubt',
    () => {
      const lenient = results.filter(({ tokwatt, nginx }) => tokwatt.taken > (nginx?.taken ?? 0));
      const known = results.filter(({ exception }) => exception !== undefined);
      expect(lenient.map(named)).toEqual(known.map(named));
      expect(known).toHaveLength(1);
    },
  );

  it('are all in docs/rfc9112.md; node scripts/rfc9112-table.mjs writes it', () => {
    const text = readFileSync(TABLE, 'utf8');
    const rows = text.split('\n').filter((line) => /^\| (?!-)/.test(line));
    const missing = VECTORS.filter(
      ({ name }) => !rows.some((row) => row.split('|')[1]?.trim() === name),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
    expect(rows).toHaveLength(VECTORS.length + new Set(VECTORS.map((each) => each.section)).size);
  });
});
