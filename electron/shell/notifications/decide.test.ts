import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../../shared/alert-state.ts';
import { DEFAULT_NOTIFICATIONS } from '../../../shared/desktop-settings.ts';
import type { NotificationSettings } from '../../../shared/desktop-settings.ts';
import type { PublicRecord } from '../../../shared/public-record.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import { scenario } from '../../../tests/support/scenarios.ts';
import { decide, seenAtStart } from './decide.ts';
import type { NoticedState, Seen } from './decide.ts';

const DAY = new Date(2026, 10, 21, 14, 0).getTime();
const NIGHT = new Date(2026, 10, 21, 23, 30).getTime();
const MORNING = new Date(2026, 10, 22, 7, 0).getTime();
const GIB = 1024 ** 3;
const NOTHING: NoticedState = { alerts: [], recent: [], loadedModels: [], update: null };
const QUIET_NIGHTS = { quietHours: true } as const;
const [RECORD] = scenario('traffic', DAY).state.recent as [PublicRecord];

function alert(rule: string, given: Partial<AlertState> = {}): AlertState {
  return {
    ...{ rule, figure: 'requests_today', severity: 'warning', by: null, subject: null },
    ...{ status: 'firing', since: 1, firedAt: 1, value: 2, threshold: 1, notify: true },
    ...{ message: `${rule} fires`, messageSentence: null },
    ...given,
  };
}

function over(rule: string): AlertState {
  return alert(rule, { status: 'resolved', since: 2 });
}

function answer(id: number, seconds: number, given: Partial<PublicRecord> = {}): PublicRecord {
  const timing = { ...RECORD.timing, durationMs: seconds * 1_000 };
  const usage = { ...RECORD.usage, outputTokens: 1_234 };
  const fine = { completed: true, error: null, inference: true, model: 'qwen3:8b' };
  return { ...RECORD, ...fine, id, timing, usage, ...given };
}

function loaded(given: Partial<LoadedModel> = {}): LoadedModel {
  return {
    ...{ upstream: 'ollama', name: 'gpt-oss:20b', state: 'loaded', expiresAt: null },
    ...{ sizeBytes: 16 * GIB, vramBytes: 12 * GIB, contextLength: 8_192 },
    ...{ parameterSize: null, quantization: null },
    ...given,
  };
}

/** Goes through states one after the other, and collects the titles of what is shown at each. */
function shownAt(
  given: Partial<NotificationSettings>,
  ...steps: readonly (readonly [now: number, state: Partial<NoticedState>])[]
): string[][] {
  const settings = { ...DEFAULT_NOTIFICATIONS, ...given };
  let seen: Seen = seenAtStart(NOTHING, null);
  return steps.map(([now, state]) => {
    const decision = decide(seen, { ...NOTHING, ...state }, { settings, now, locale: 'en' });
    seen = decision.seen;
    return decision.notices.map(({ title }) => title);
  });
}

describe('quiet hours', () => {
  it('show nothing, and tell afterwards in one notification which alerts still fire', () => {
    const night = [alert('Hot'), alert('Slow'), alert('Full')];
    const before = [DAY, { alerts: [alert('Day')] }] as const;
    const morning = [alert('Day'), alert('Hot'), alert('Slow'), over('Full')];
    expect(
      shownAt(
        QUIET_NIGHTS,
        before,
        [NIGHT, { alerts: [alert('Day'), ...night] }],
        [NIGHT, { alerts: morning }],
        [MORNING, { alerts: morning }],
        [MORNING, { alerts: morning }],
        [MORNING, { alerts: [alert('Day'), over('Hot'), alert('Slow')] }],
      ),
    ).toEqual([['Day'], [], [], ['2 alerts'], [], ['Over: Hot']]);
  });

  it('name a single alert afterwards', () => {
    const one = { alerts: [alert('Hot')] };
    expect(shownAt(QUIET_NIGHTS, [NIGHT, one], [MORNING, one])).toEqual([[], ['Hot']]);
  });

  it('do not tell the end of an alert whose begin they held back', () => {
    const fired = { alerts: [alert('Hot')] };
    expect(shownAt(QUIET_NIGHTS, [NIGHT, fired], [MORNING, { alerts: [over('Hot')] }])).toEqual([
      [],
      [],
    ]);
  });

  it('hold back no alert that the settings do not show', () => {
    const off = { alerts: [alert('Hot', { notify: false })] };
    expect(shownAt(QUIET_NIGHTS, [NIGHT, off], [MORNING, off])).toEqual([[], []]);
  });

  it('do not repeat long answers and spilled models', () => {
    const settings = { ...QUIET_NIGHTS, longAnswers: true };
    const state = { recent: [answer(1, 90)], loadedModels: [loaded()] };
    expect(shownAt(settings, [NIGHT, state], [MORNING, state])).toEqual([[], []]);
  });
});

describe('a long answer', () => {
  it('is told once, when it took as long as the settings say', () => {
    const recent = [answer(2, 60), answer(1, 59.9)];
    const state = { recent };
    const shown = shownAt({ longAnswers: true }, [DAY, state], [DAY, state]);
    expect(shown).toEqual([['qwen3:8b has answered'], []]);
    expect(shownAt({}, [DAY, state])).toEqual([[]]);
    const { notices } = decide(
      seenAtStart(NOTHING, null),
      { ...NOTHING, recent },
      { settings: { ...DEFAULT_NOTIFICATIONS, longAnswers: true }, now: DAY, locale: 'de' },
    );
    expect(notices).toEqual([
      {
        title: 'qwen3:8b hat geantwortet',
        body: '1 min 00 s, 1,23k Tokens',
        urgent: false,
        address: '/activity?id=2',
      },
    ]);
  });

  it('is not told if it failed, was given up or is no inference', () => {
    const recent = [
      answer(1, 90, { completed: false }),
      answer(2, 90, { error: 'upstream_error' as PublicRecord['error'] }),
      answer(3, 90, { inference: false }),
    ];
    expect(shownAt({ longAnswers: true }, [DAY, { recent }])).toEqual([[]]);
  });

  it('is told with others at once', () => {
    const recent = [4, 3, 2, 1].map((id) => answer(id, 90));
    expect(shownAt({ longAnswers: true }, [DAY, { recent }])).toEqual([['4 answers are finished']]);
  });

  it('from before the start is not told', () => {
    const state = { ...NOTHING, recent: [answer(7, 90)], loadedModels: [loaded()] };
    const settings = { ...DEFAULT_NOTIFICATIONS, longAnswers: true };
    const { notices } = decide(seenAtStart(state, null), state, {
      settings,
      now: DAY,
      locale: 'en',
    });
    expect(notices).toEqual([]);
  });
});

describe('a model that does not fit into GPU memory', () => {
  it('is told once each time it is loaded', () => {
    const here = [DAY, { loadedModels: [loaded()] }] as const;
    const loading = [DAY, { loadedModels: [loaded({ state: 'loading' })] }] as const;
    const gone = [DAY, {}] as const;
    const title = 'gpt-oss:20b does not fit into GPU memory';
    expect(shownAt({}, loading, here, here, gone, here)).toEqual([[], [title], [], [], [title]]);
    expect(shownAt({ spilledModels: false }, here)).toEqual([[]]);
  });

  it('is not guessed where its memory is unknown', () => {
    const models = [loaded({ vramBytes: null }), loaded({ vramBytes: 16 * GIB })];
    expect(shownAt({}, [DAY, { loadedModels: models }])).toEqual([[]]);
  });

  it('says how much is in main memory, and leads to its page', () => {
    const { notices } = decide(
      seenAtStart(NOTHING, null),
      { ...NOTHING, loadedModels: [loaded()] },
      { settings: DEFAULT_NOTIFICATIONS, now: DAY, locale: 'en' },
    );
    expect(notices).toMatchObject([
      {
        body: '4.0 GiB of 16.0 GiB are in main memory, so it answers more slowly.',
        address: '/models/gpt-oss%3A20b',
      },
    ]);
  });
});

describe('a newer version of Tokwatt', () => {
  const update = { version: '0.2.0', isReady: true, own: '0.1.0' };

  it('is told once', () => {
    const later = { update: { ...update, version: '0.3.0', isReady: false } };
    expect(shownAt({}, [DAY, { update }], [DAY, { update }], [DAY, {}], [DAY, later])).toEqual([
      ['Tokwatt 0.2.0 is ready'],
      [],
      [],
      ['Tokwatt 0.3.0 is out'],
    ]);
  });

  it('waits for the end of quiet hours', () => {
    const shown = shownAt(QUIET_NIGHTS, [NIGHT, { update }], [MORNING, { update }]);
    expect(shown).toEqual([[], ['Tokwatt 0.2.0 is ready']]);
  });

  it('that an earlier run told is not told again', () => {
    const state = { ...NOTHING, update };
    const given = { settings: DEFAULT_NOTIFICATIONS, now: DAY, locale: 'en' as const };
    expect(decide(seenAtStart(NOTHING, '0.2.0'), state, given).notices).toEqual([]);
    expect(decide(seenAtStart(NOTHING, '0.1.9'), state, given).notices).toEqual([
      expect.objectContaining({ address: '/settings/about', urgent: false }),
    ]);
  });
});
