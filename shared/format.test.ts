import { afterEach, describe, expect, it } from 'vitest';
import {
  UNKNOWN,
  formatBytes,
  formatBytesOf,
  formatClock,
  formatClockRate,
  formatCompact,
  formatCount,
  formatDuration,
  formatElapsed,
  formatEstimated,
  formatFactor,
  formatMarked,
  formatMean,
  formatMoment,
  formatPercent,
  formatPower,
  formatRate,
  formatRateValue,
  formatSpan,
  formatSpill,
  formatTokens,
  formatTotal,
  formatUptime,
  localDate,
} from './format.ts';
import { formatTemperature } from './format-temperature.ts';
import { formatJoulesPerToken, formatWattHours } from './format-energy.ts';
import { DEFAULT_FORMAT_LOCALE, setFormatLocale } from './format-locale.ts';
import { formatCarbon, formatKwh, formatMeanPrice, formatMoney } from './format-cost.ts';
import { scenario } from '../tests/support/scenarios.ts';

const GIB = 1024 ** 3;

/** Each case is an input and its expected text. */
function reads<T>(format: (value: T) => string, cases: readonly (readonly [T, string])[]): void {
  for (const [value, text] of cases) expect(format(value)).toBe(text);
}

describe('unknown values', () => {
  it('shortens a long running time to its largest units', () => {
    const texts = [0, 59_999, 42 * 60_000, 187 * 60_000, 76 * 3_600_000].map(formatUptime);
    expect(texts).toEqual(['0 min', '0 min', '42 min', '3 h 07 min', '3 d 4 h']);
  });

  it('are a dash in every unit; zero is not unknown', () => {
    const formatters = [
      formatCount,
      formatCompact,
      formatTokens,
      formatRateValue,
      formatRate,
      formatBytes,
      formatPercent,
      formatDuration,
      formatElapsed,
      formatTemperature,
      formatPower,
      formatClockRate,
      formatFactor,
      formatMean,
      formatClock,
    ];
    for (const format of formatters) {
      expect(format(null)).toBe(UNKNOWN);
      expect(format(Number.NaN)).toBe(UNKNOWN);
      expect(format(0)).not.toBe(UNKNOWN);
    }
  });
});

describe('counts', () => {
  it('are grouped in full', () => {
    reads(formatCount, [
      [0, '0'],
      [999, '999'],
      [1_234_567, '1,234,567'],
    ]);
  });

  it('keep three figures when short, and never show four before a unit', () => {
    reads(formatCompact, [
      [0, '0'],
      [999, '999'],
      [999.4, '999'],
      [999.5, '1.00k'],
      [1_234, '1.23k'],
      [9_994, '9.99k'],
      [9_995, '10.0k'],
      [99_949, '99.9k'],
      [99_950, '100k'],
      [999_499, '999k'],
      [999_500, '1.00M'],
      [7_890_000, '7.89M'],
      [1.5e12, '1.50T'],
    ]);
  });

  it('have a noun in the right number', () => {
    reads(formatTokens, [
      [1, '1 token'],
      [0, '0 tokens'],
      [1_230, '1.23k tokens'],
    ]);
  });
});

describe('speeds', () => {
  it('keep three figures', () => {
    reads(formatRateValue, [
      [0, '0'],
      [0.004, '0.00'],
      [4.21, '4.21'],
      [9.995, '10.0'],
      [42.13, '42.1'],
      [99.95, '100'],
      [421.4, '421'],
      [1_204, '1,204'],
      [12_000, '12.0k'],
    ]);
    expect(formatRate(42.1)).toBe('42.1 tok/s');
  });
});

describe('bytes', () => {
  it('are binary, with a decimal from GiB on', () => {
    expect(formatBytesOf(14.2 * 1024 ** 3, 24 * 1024 ** 3)).toBe('14.2 / 24.0 GiB');
    expect(formatBytesOf(512 * 1024 ** 2, 24 * 1024 ** 3)).toBe('512 MiB / 24.0 GiB');
    expect(formatBytesOf(1024, null)).toBe('1 KiB');
    expect(formatBytesOf(null, 1024)).toBe(UNKNOWN);
    reads(formatBytes, [
      [0, '0 B'],
      [1023, '1,023 B'],
      [1024, '1 KiB'],
      [512 * 1024 ** 2, '512 MiB'],
      [22.9 * GIB, '22.9 GiB'],
      [128 * GIB, '128 GiB'],
      [1.5 * 1024 * GIB, '1.5 TiB'],
    ]);
  });
});

describe('durations', () => {
  it('use a fitting unit', () => {
    reads(formatDuration, [
      [85, '85 ms'],
      [999.4, '999 ms'],
      [999.5, '1.00 s'],
      [1_240, '1.24 s'],
      [12_340, '12.3 s'],
      [59_949, '59.9 s'],
      [59_950, '1 min 00 s'],
      [185_000, '3 min 05 s'],
      [7_620_000, '2 h 07 min'],
    ]);
  });

  it('count whole seconds while they run, and never below zero', () => {
    reads(formatElapsed, [
      [-400, '0 s'],
      [999, '0 s'],
      [59_999, '59 s'],
      [60_000, '1 min 00 s'],
      [185_900, '3 min 05 s'],
      [3_599_999, '59 min 59 s'],
      [7_620_000, '2 h 07 min'],
    ]);
  });

  it('are short on an axis where they are round', () => {
    reads(formatSpan, [
      [30_000, '30 s'],
      [60_000, '1 min'],
      [90_000, '1 min 30 s'],
      [180_000, '3 min'],
      [7_200_000, '2 h'],
    ]);
  });
});

describe('estimates', () => {
  it('are marked; other values are not', () => {
    expect(formatMarked('1,234', 'estimated')).toBe('≈1,234');
    expect(formatMarked('1,234', 'reported')).toBe('1,234');
    expect(formatMarked('1,234', 'derived')).toBe('1,234');
    expect(formatMarked(UNKNOWN, 'estimated')).toBe(UNKNOWN);
    expect(formatMarked(UNKNOWN, null)).toBe(UNKNOWN);
  });

  it('have their expected error in whole percent, rounded up and never 0', () => {
    const errors = [
      [0.08, '≈1,234 ±8 %'],
      [0.0801, '≈1,234 ±9 %'],
      [0.001, '≈1,234 ±1 %'],
      [0, '≈1,234 ±1 %'],
      [1.5, '≈1,234 ±150 %'],
      [null, '≈1,234'],
      [NaN, '≈1,234'],
    ] as const;
    reads((error) => formatEstimated(1_234, 'estimated', error), errors);
  });

  it('have no error where the count is exact or unknown', () => {
    expect(formatEstimated(1_234, 'reported', 0.08)).toBe('1,234');
    expect(formatEstimated(1_234, 'derived', 0.08)).toBe('1,234');
    expect(formatEstimated(1_234, null, 0.08)).toBe('1,234');
    expect(formatEstimated(null, 'estimated', 0.08)).toBe(UNKNOWN);
    expect(formatEstimated(0, 'estimated', 0.08)).toBe('≈0 ±8 %');
  });
});

describe('sums over exchanges', () => {
  const tally = scenario('empty', 0).state.totals.ever.all;

  it('are marked when a part of them is an estimate', () => {
    expect(formatTotal(1_234, { ...tally, requests: 9 })).toBe('1,234');
    expect(formatTotal(1_234, { ...tally, requests: 9, estimatedTokens: 1 })).toBe('≈1,234');
    expect(formatTotal(1_234, { ...tally, requests: 9 }, formatCompact)).toBe('1.23k');
  });

  it('are unknown if no exchange has known counts, and zero without exchanges', () => {
    expect(formatTotal(0, { ...tally, requests: 3, unmeteredRequests: 3 })).toBe(UNKNOWN);
    expect(formatTotal(7, { ...tally, requests: 3, unmeteredRequests: 2 })).toBe('7');
    expect(formatTotal(0, tally)).toBe('0');
  });
});

describe('a spilled model', () => {
  it('shows the share on the CPU', () => {
    expect(formatSpill(100 * GIB, 62 * GIB)).toBe('38 % on CPU');
    expect(formatSpill(100 * GIB, 0)).toBe('100 % on CPU');
    expect(formatSpill(1000 * GIB, 999 * GIB)).toBe('1 % on CPU');
  });

  it('shows nothing if it fits, or if that is unknown', () => {
    expect(formatSpill(8 * GIB, 8 * GIB)).toBeNull();
    expect(formatSpill(8 * GIB, 9 * GIB)).toBeNull();
    expect(formatSpill(null, 8 * GIB)).toBeNull();
    expect(formatSpill(8 * GIB, null)).toBeNull();
    expect(formatSpill(0, 0)).toBeNull();
  });
});

describe('moments', () => {
  const noon = new Date(2026, 10, 21, 12, 3, 7).getTime();

  it('are local and padded', () => {
    expect(formatClock(noon)).toBe('12:03:07');
    expect(localDate(noon)).toBe('2026-11-21');
    expect(localDate(new Date(2026, 0, 2, 0, 0, 0).getTime())).toBe('2026-01-02');
  });

  it('are a time today and a day on other days', () => {
    expect(formatMoment(noon, new Date(2026, 10, 21, 23, 59, 59).getTime())).toBe('12:03:07');
    expect(formatMoment(noon, new Date(2026, 10, 22, 0, 0, 0).getTime())).toBe('2026-11-21');
  });
});

describe('hardware figures', () => {
  it('give energy in watt-hours', () => {
    reads(formatWattHours, [
      [0, '0'],
      [1_512, '0.42'],
      [3_600 * 12.34, '12.3'],
      [3_600 * 1_240, '1,240'],
    ]);
    expect(formatWattHours(null)).toBe(UNKNOWN);
  });

  it('give energy for each token in joules', () => {
    reads(formatJoulesPerToken, [
      [0.416, '0.42 J per token'],
      [12.34, '12.3 J per token'],
    ]);
    expect(formatJoulesPerToken(null)).toBe(UNKNOWN);
  });

  it('carry their unit', () => {
    expect(formatPercent(37.4)).toBe('37 %');
    expect(formatTemperature(61)).toBe('61 °C');
    expect(formatPower(16.84)).toBe('16.8 W');
    expect(formatPower(318.2)).toBe('318 W');
    expect(formatClockRate(1_410.4)).toBe('1,410 MHz');
    expect([formatFactor(2.44), formatFactor(12.4)]).toEqual(['2.4 ×', '12 ×']);
    expect(formatMean(3)).toBe('3.0');
  });
});

describe('costs', () => {
  it('have the decimals of their currency, and two figures below a cent', () => {
    const inCurrency = (currency: string) => (amount: number) => formatMoney(amount, currency);
    reads(inCurrency('EUR'), [
      [0, '€0.00'],
      [1.005, '€1.01'],
      [1_234.5, '€1,234.50'],
      [-0.2, '-€0.20'],
      [0.00423, '€0.0042'],
      [-0.0000012, '-€0.0000012'],
    ]);
    reads(inCurrency('JPY'), [[1234.5, '¥1,235']]);
    expect(formatMoney(null, 'EUR')).toBe(UNKNOWN);
    expect(formatMeanPrice(4.5, 15, 'EUR')).toBe('€0.30');
    expect(formatMeanPrice(0, 0, 'EUR')).toBeNull();
    expect(formatMeanPrice(null, 15, 'EUR')).toBeNull();
  });

  it('carry their unit', () => {
    reads(formatKwh, [
      [0, '0 kWh'],
      [0.0042, '4.20 Wh'],
      [0.4211, '0.42 kWh'],
      [1_240, '1,240 kWh'],
    ]);
    reads(formatCarbon, [
      [12.34, '12.3 g'],
      [999.6, '1.00 kg'],
    ]);
    expect(formatCarbon(null)).toBe(UNKNOWN);
  });
});

describe('the locale', () => {
  afterEach(() => setFormatLocale(DEFAULT_FORMAT_LOCALE));

  it('is that of the chosen language', () => {
    setFormatLocale('de');
    expect(formatCount(1_234_567)).toBe('1.234.567');
    expect(formatRate(42.13)).toBe('42,1 tok/s');
    expect(formatMoney(1.2, 'EUR')).toBe('1,20\u00a0€');
    setFormatLocale('en-US');
    expect(formatCount(1_234_567)).toBe('1,234,567');
  });
});
