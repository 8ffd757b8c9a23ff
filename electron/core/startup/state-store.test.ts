import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Conf from 'conf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../shared/sentences.ts';
import { activityRecord } from '../../../tests/support/records.ts';
import { SILENT_LOG } from '../log.ts';
import { TotalsStore, isTotalsDocument } from '../records/totals/checkpoint.ts';
import { openStateStore } from './state-store.ts';
import type { StateStore } from './state-store.ts';

let folder: string;
const open = (): StateStore =>
  openStateStore(
    folder,
    (configName, cwd) => new Conf({ configName, cwd, projectName: 't' }),
    isTotalsDocument,
  );
const totals = (): TotalsStore => new TotalsStore(open().totals, SILENT_LOG, 0);

describe('state between runs', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tokwatt-state-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('shows the same totals after a restart', () => {
    const first = totals();
    first.add(activityRecord({ id: 7 }));
    first.close();
    const second = totals();
    expect(second.stats).toEqual(first.stats);
    expect(second.stats.lastId).toBe(7);
    expect(second.salt).toBe(first.salt);
  });

  it('saves only records in the ledger, in their order', () => {
    const first = totals();
    const records = [1, 2, 3].map((id) => activityRecord({ id }));
    for (const record of records) first.add(record);
    first.settle([records[1]!, records[0]!]);
    first.flush();
    expect(first.stats.ever.all.requests).toBe(3);
    const second = totals();
    expect(second.stats).toMatchObject({ lastId: 2, ever: { all: { requests: 2 } } });
    second.replay(records[1]!);
    second.replay(records[2]!);
    expect(second.stats).toEqual(first.stats);
  });

  it('waits for a record that was settled late', () => {
    const first = totals();
    const records = [1, 2].map((id) => activityRecord({ id }));
    for (const record of records) first.add(record);
    first.settle([records[1]!]);
    first.flush();
    expect(totals().stats.lastId).toBe(0);
    first.settle([records[0]!]);
    first.flush();
    expect(totals().stats.lastId).toBe(2);
  });

  it.each([
    ['empty', ''],
    ['cut off', '{"version":1,"sal'],
    ['not an object', '[1]'],
    ['of a form nobody knows', '{"version":99}'],
    ['binary', '\u0000\u0001\u0002'],
  ])('sets a totals file aside that is %s, once, and keeps every byte', (_, content) => {
    writeFileSync(join(folder, 'totals.json'), content);
    const { warnings } = open();
    expect(warnings).toHaveLength(1);
    const aside = readdirSync(folder).find((name) => name.startsWith('totals.corrupt-'));
    expect(readFileSync(join(folder, aside!), 'utf8')).toBe(content);
    totals().close();
    expect(open().warnings).toEqual([]);
  });

  it('reads the state of exporters under the earlier name', () => {
    writeFileSync(join(folder, 'outlets.json'), '{"instance": "kept"}');
    expect(open().exporters.read()).toEqual({ instance: 'kept' });
    expect(readdirSync(folder)).not.toContain('outlets.json');
  });

  it('keeps a model named like a built-in property', () => {
    const first = totals();
    for (const [id, model] of ['__proto__', 'constructor', 'a.b'].entries()) {
      first.add(activityRecord({ id: id + 1, model }));
    }
    first.close();
    expect(
      totals()
        .stats.ever.by.model.map((line) => line.name)
        .sort(),
    ).toEqual(['__proto__', 'a.b', 'constructor']);
  });

  it('reads settings with a byte order mark', () => {
    writeFileSync(join(folder, 'settings.json'), '\uFEFF{"proxyPort": 5}');
    const { settings, warnings } = open();
    expect([settings.read(), warnings]).toEqual([{ proxyPort: 5 }, []]);
  });

  it.each([
    ['{"proxyPort": 1,}', 'expected a double-quoted property name at line 1 column 17'],
    ['', 'it is empty'],
    ['[]', 'it is JSON, but no object'],
    [Buffer.from('\uFEFF{}', 'utf16le'), 'it is UTF-16; save it as UTF-8'],
  ])('says why settings were set aside: %j', (content, why) => {
    const file = join(folder, 'settings.json');
    writeFileSync(file, content);
    const warnings = open().warnings.map(englishOf);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`${file} could not be read (${why}`);
    expect(warnings[0]).toMatch(
      /set aside as .*settings\.corrupt-\w+\.json; starting with the defaults\. Correct it and put it back\.$/,
    );
  });

  it('names unknown settings in one warning at each start, and keeps them', () => {
    const content = '{"proxyport": 5, "retention": {"activitydays": 1}, "mine": 1}';
    writeFileSync(join(folder, 'settings.json'), content);
    for (const { warnings } of [open(), open()]) {
      expect(warnings.map(englishOf)).toEqual([
        expect.stringContaining(
          'proxyport (is proxyPort meant?), retention.activitydays (is retention.activityDays meant?), mine. ',
        ),
      ]);
    }
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toBe(content);
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`stranger${i}`, i]));
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(many));
    expect(open().warnings.map(englishOf)).toEqual([
      expect.stringContaining('stranger9 and 20 more.'),
    ]);
  });

  it('says which folder cannot be used and what to do', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    folder = join(file, 'below');
    expect(open).toThrow(/--data-dir/);
    folder = join(file, '..');
  });
});
