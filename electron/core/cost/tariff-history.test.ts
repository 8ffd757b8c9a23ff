import { describe, expect, it } from 'vitest';
import { englishOf } from '../../../shared/sentences.ts';
import * as v from 'valibot';
import { costSchema } from '../../../shared/cost-settings.ts';
import type { CostSettings } from '../../../shared/cost-settings.ts';
import { readableDocument } from './readable-document.ts';
import { TariffHistory, isTariffHistory } from './tariff-history.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 21, 12);

function settings(given: object): CostSettings {
  return v.parse(costSchema, given);
}

function history(stored: Record<string, unknown> = {}) {
  const document = {
    stored,
    writes: 0,
    read: () => document.stored,
    write: (value: Record<string, unknown>) => {
      document.writes += 1;
      document.stored = structuredClone(value);
    },
  };
  return { made: new TariffHistory(document), document };
}

const eur = (price: number): CostSettings => settings({ currency: 'EUR', tariff: { price } });

describe('the history of tariffs', () => {
  it('only adds, and survives a restart', () => {
    const { made, document } = history();
    made.note(settings({}), NOW);
    expect(document.writes).toBe(0);
    made.note(eur(0.3), NOW);
    made.note(eur(0.3), NOW + HOUR);
    expect(document.writes).toBe(1);
    made.note(
      settings({ currency: 'EUR', tariff: { price: 0.4 }, carbon: { country: 'DEU' } }),
      NOW + 2 * HOUR,
    );
    made.note(settings({}), NOW + 4 * HOUR);
    const again = history(document.stored).made;
    expect(again.entries).toEqual(made.entries);
    expect(isTariffHistory(document.stored)).toBe(true);
    expect(
      again.entries.map(({ from, currency, tariff }) => [from - NOW, currency, tariff.price]),
    ).toEqual([
      [0, 'EUR', 0.3],
      [2 * HOUR, 'EUR', 0.4],
      [4 * HOUR, null, null],
    ]);
    expect(again.entries[1]).toMatchObject({
      gramsPerKwh: expect.any(Number) as number,
      carbonSource: expect.stringMatching(/^DEU: Ember.*CC BY-SA 4\.0$/) as string,
    });
    again.note(settings({}), NOW + 5 * HOUR);
    expect(again.entries).toHaveLength(3);
  });

  it('lets the first tariff begin on an earlier day, and no later one', () => {
    const { made } = history();
    const first = { currency: 'EUR', since: '2026-10-01' };
    made.note(settings({ ...first, tariff: { price: 0.3 } }), NOW);
    const begin = new Date(2026, 9, 1).getTime();
    expect(made.entries.map(({ from }) => from)).toEqual([begin]);
    made.note(settings({ ...first, tariff: { price: 0.5 } }), NOW + HOUR);
    expect(made.entries.map(({ from }) => from)).toEqual([begin, NOW + HOUR]);
  });

  it('replaces a tariff that is corrected within ten minutes', () => {
    const { made } = history();
    made.note(eur(0.3), NOW);
    made.note(eur(30), NOW + HOUR);
    made.note(eur(0.33), NOW + HOUR + 60_000);
    expect(made.entries.map(({ from, tariff }) => [from - NOW, tariff.price])).toEqual([
      [0, 0.3],
      [HOUR + 60_000, 0.33],
    ]);
  });

  it('keeps what it has if the document cannot be written', () => {
    const full = {
      read: () => ({}),
      write: () => {
        throw new Error('ENOSPC');
      },
    };
    const made = new TariffHistory(full);
    expect(() => made.note(eur(0.3), NOW)).toThrow('ENOSPC');
    expect(made.entries).toEqual([]);
  });

  it('neither uses nor overwrites a document of a form that it does not know', () => {
    const { document } = history({ entries: [{ from: 'later' }] });
    const told: string[] = [];
    const safe = readableDocument(document, isTariffHistory, (_topic, message) =>
      told.push(englishOf(message)),
    );
    const made = new TariffHistory(safe);
    made.note(eur(0.3), NOW);
    expect(document.writes).toBe(0);
    expect(told.join()).toContain('neither used nor changed');
    expect(made.entries).toHaveLength(1);
  });
});
