import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

function problemsOf(document: object): readonly string[] {
  const result = parseSettings(document);
  return result.ok ? [] : result.problems;
}

const night = { from: '22:00', to: '06:00', price: 0.2 };
const day = { from: '06:00', to: '22:00', price: 0.3 };

describe('the tariff in the settings', () => {
  it('takes a price, times of the week or hourly prices', () => {
    for (const tariff of [
      { price: 0.31 },
      { times: [night, day] },
      { hourly: { url: 'https://prices.example/today?zone=DE' } },
      { hourly: { file: '/var/prices.csv', per: 'MWh' } },
      {},
    ]) {
      expect(problemsOf({ cost: { currency: 'EUR', tariff } })).toEqual([]);
    }
  });

  it.each([
    [{ price: 0.3, times: [night, day] }, 'takes one of price, times and hourly'],
    [{ times: [day] }, 'no row holds from sun 00:00 to sun 06:00'],
    [{ times: [night, { ...day, to: '22:01' }] }, 'rows 1 and 2 overlap on sun 22:00'],
    [
      {
        times: [
          { days: ['mon', 'tue', 'wed', 'thu', 'fri'], price: 1 },
          { days: ['sat'], price: 1 },
        ],
      },
      'no row holds from sun 00:00 to mon 00:00',
    ],
    [{ times: [{ ...night, from: '22:60' }, day] }, 'must be a time of day'],
    [{ hourly: {} }, 'needs either a file or a url'],
    [{ hourly: { url: 'http://prices.example/' } }, 'must be an https:// address'],
    [{ hourly: { url: 'http://127.0.0.1.example/' } }, 'must be an https:// address'],
    [{ hourly: { url: 'https://user:secret@prices.example/' } }, 'must have no user name'],
  ])('refuses %j', (tariff, reason) => {
    expect(problemsOf({ cost: { currency: 'EUR', tariff } }).join()).toContain(reason);
  });

  it('takes prices of this machine over http', () => {
    for (const url of ['http://localhost:8000/p', 'http://127.0.0.1/p', 'http://[::1]:1/p']) {
      expect(problemsOf({ cost: { tariff: { hourly: { url } } } })).toEqual([]);
    }
  });

  it('refuses a solar rate that would hold always and for everything', () => {
    expect(problemsOf({ cost: { solar: { price: 0.08 } } }).join()).toContain('needs hours');
    expect(problemsOf({ cost: { solar: { price: 0.08, share: 0.4 } } })).toEqual([]);
  });

  it('refuses two sources of the carbon figure', () => {
    const carbon = { gramsPerKwh: 300, country: 'DEU' };
    expect(problemsOf({ cost: { carbon } }).join()).toContain('takes gramsPerKwh or a country');
  });
});

describe('budgets in the settings', () => {
  const tokens = { name: 'Team', measure: 'tokens', period: 'month', amount: 1_000 };

  it.each([
    [{ ...tokens, scope: 'client' }, 'budgets.0.subject: is needed: the name of the client'],
    [{ ...tokens, subject: 'curl' }, 'budgets.0.subject: must be null'],
    [
      { ...tokens, scope: 'model', subject: 'qwen3', hardStop: true },
      'budgets.0.hardStop: cannot be set for a model',
    ],
    [{ ...tokens, amount: 0 }, 'budgets.0.amount: must be more than 0'],
  ])('refuses %j', (budget, reason) => {
    expect(problemsOf({ budgets: [budget] }).join()).toContain(reason);
  });

  it('refuses two of one name, and fills in the defaults', () => {
    expect(problemsOf({ budgets: [tokens, tokens] }).join()).toContain('another budget is called');
    const result = parseSettings({ budgets: [tokens] });
    expect(result.ok && result.settings.budgets[0]).toMatchObject({
      scope: 'all',
      subject: null,
      warnAt: [0.8, 1],
      hardStop: false,
    });
  });
});
