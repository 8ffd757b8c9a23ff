import { describe, expect, it } from 'vitest';
import type { AppUpdateState } from '../../../shared/app-update.ts';
import { scenario } from '../../../tests/support/scenarios.ts';
import { problemsOf } from '../../../shared/problems.ts';
import type { Problem } from '../../../shared/problems.ts';
import type { State } from '../../../shared/snapshot.ts';
import { DEFAULT_TRAY } from '../../../shared/tray-settings.ts';
import type { TraySettings } from '../../../shared/tray-settings.ts';
import { byKey, childrenOf } from './entry.ts';
import type { TrayEntry } from './entry.ts';
import { trayModel } from './model.ts';
import type { TrayModel } from './model.ts';
import type { TrayView } from './view.ts';

const NOW = 1_800_000_000_000;
const busy = scenario('traffic', NOW).state;

function shown(
  state: State,
  { locale = 'en', problems = [], update = null }: Partial<TrayView> = {},
): TrayModel {
  return trayModel({ state, problems, now: NOW, locale, update });
}

function texts(entries: readonly TrayEntry[]): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'separator' ? ['---'] : [entry.label, ...texts(childrenOf(entry))],
  );
}

function withTray(state: State, tray: Partial<TraySettings>): State {
  return { ...state, app: { ...state.app, tray: { ...DEFAULT_TRAY, ...tray } } };
}

it('has no two entries with the same key, in any state', () => {
  for (const name of [
    'empty',
    'traffic',
    'full',
    'upstream-down',
    'alerts',
    'troubled',
    'detached',
  ] as const) {
    const { menu } = shown(scenario(name, NOW).state);
    const count = (entries: readonly TrayEntry[]): number =>
      entries.reduce((sum, entry) => sum + 1 + count(childrenOf(entry)), 0);
    expect(byKey(menu).size).toBe(count(menu));
  }
});

it('tells a problem first, in menu and tooltip, by shape, and opens its place', () => {
  const problems: readonly Problem[] = [{ kind: 'upstream', name: 'ollama', at: null }];
  const { menu, tooltip, face } = shown(busy, { problems });
  expect(menu[0]).toEqual({
    kind: 'row',
    key: 'problem:upstream:ollama',
    label: '⚠ ollama is down',
    action: { kind: 'open', address: '/settings/upstreams' },
  });
  expect(tooltip.split('\n')[1]).toBe('ollama is down');
  expect(face.shape).toBe('problem');
});

it('shows idle, work and a pause by shape and in words', () => {
  const quiet = { ...busy.throughput, outputTokensPerSecond: 0, inputTokensPerSecond: 0 };
  const idle = { ...busy, inFlight: [], throughput: quiet };
  expect([shown(idle).face.shape, shown(busy).face.shape]).toEqual(['idle', 'working']);
  expect(texts(shown(idle).menu)[0]).toBe('Idle');
  const app = { ...busy.app, paused: true, pausedUntil: new Date(2027, 0, 15, 14, 45).getTime() };
  const paused = shown({ ...busy, app });
  expect(paused.face.shape).toBe('paused');
  expect(texts(paused.menu)).toEqual(
    expect.arrayContaining(['Metering paused until 14:45', 'Resume metering']),
  );
});

it('speaks the chosen language, with its numbers', () => {
  const throughput = { ...busy.throughput, outputTokensPerSecond: 42.7, inputTokensPerSecond: 0 };
  const state = { ...busy, throughput, inFlight: [] };
  expect(shown(state).tooltip).toContain('42.7 tok/s out');
  expect(shown(state, { locale: 'de' }).tooltip).toContain('42,7 tok/s Ausgabe');
  expect(texts(shown(state, { locale: 'zh-CN' }).menu)).toContain('退出');
});

it('marks estimates, and shows no zero for what is unknown', () => {
  const { all } = busy.totals.today;
  const day = (tally: Partial<typeof all>): string => {
    const today = { ...busy.totals.today, all: { ...all, ...tally } };
    const { menu } = shown({ ...busy, cost: null, totals: { ...busy.totals, today } });
    return texts(menu).find((text) => text.startsWith('Today: ')) ?? '';
  };
  const tokens = { requests: 3, inputTokens: 1_234, outputTokens: 56, energyJoules: null };
  expect(day({ ...tokens, estimatedTokens: 0, unmeteredRequests: 0 })).toBe(
    'Today: 1,234 in · 56 out',
  );
  expect(day({ ...tokens, estimatedTokens: 9, unmeteredRequests: 0 })).toBe(
    'Today: ≈1,234 in · ≈56 out',
  );
  expect(day({ ...tokens, estimatedTokens: 0, unmeteredRequests: 3 })).toBe('Today: – in · – out');
});

it('figures of a GPU that are old say their age, and leave the icon', () => {
  const old = { ...busy, gpu: { ...busy.gpu, at: NOW - 42_000 } };
  expect(texts(shown(old).menu).some((text) => text.endsWith('(42 s ago)'))).toBe(true);
  expect(
    shown(withTray({ ...busy, gpu: { ...busy.gpu, at: NOW } }, { icon: 'power' })).face.digits,
  ).toMatch(/^\d/);
  expect(shown(withTray(old, { icon: 'power' })).face.digits).toBeNull();
});

it('texts beside the icon are shown while all of their figures say something', () => {
  const throughput = { ...busy.throughput, outputTokensPerSecond: 42.7 };
  const lines = { firstLine: 'out {rate}', secondLine: '{waiting} wait' };
  const state = withTray({ ...busy, throughput, inFlight: [] }, lines);
  expect(shown(state).lines).toEqual(['out 42.7 tok/s']);
});

it('names from outside stay on their line', () => {
  const model = { ...scenario('full', NOW).state.loadedModels[0]!, name: 'a\u202eb\nc' };
  const { menu } = shown({ ...busy, loadedModels: [model] });
  expect(texts(menu).find((text) => text.startsWith('a⟨'))).toMatch(/^a⟨U\+202E⟩b⟨U\+000A⟩c {2}/);
});

it('says first whose figures it shows if they are those of another process', () => {
  const since = new Date(2027, 0, 15, 9, 5).getTime();
  const attachment = { version: '1.2.3', since, lost: null };
  const rows = texts(shown({ ...busy, attachment }).menu);
  expect(rows[0]).toBe(
    'Attached to Tokwatt 1.2.3, running since 2027-01-15 09:05 as a headless program',
  );
  expect(rows.at(-1)).toBe('Quit; metering goes on');
});

it('shows no old figures when the core is lost, and offers a start only if it has ended', () => {
  const { state } = scenario('detached', NOW);
  const model = shown(state, { problems: problemsOf(state, {}, NOW) });
  expect(model.face).toEqual({ shape: 'problem', digits: null });
  expect(texts(model.menu)).toEqual([
    expect.stringMatching(/^⚠ The headless Tokwatt has ended: nothing is metered since \d\d:\d\d$/),
    'Start it here',
    '---',
    'Open Tokwatt',
    'Quit',
  ]);
  expect(model.tooltip.split('\n')[0]).toBe('Tokwatt – Not known');
  const { attachment } = state;
  const silent = {
    ...state,
    attachment: { ...attachment!, lost: { ...attachment!.lost!, kind: 'silent' as const } },
  };
  const rows = texts(shown(silent, { problems: problemsOf(silent, {}, NOW) }).menu);
  expect(rows[0]).toMatch(/does not answer/);
  expect(rows).not.toContain('Start it here');
});

describe('the row about updates', () => {
  const found = { version: '0.2.0', notes: null, bytes: null, command: null };
  const update: AppUpdateState = {
    ...{ kind: 'appimage', replacesItself: true, source: '', step: 'idle', checkedAt: null },
    ...{ found: null, progress: null, message: null, messageSentence: null },
  };
  const rowOf = (given: Partial<AppUpdateState>): TrayEntry | undefined =>
    byKey(shown(busy, { update: { ...update, ...given } }).menu).get('update');

  it('is there only where there are updates', () => {
    expect(byKey(shown(busy).menu).get('update')).toBeUndefined();
  });

  it('says what can be done', () => {
    expect(rowOf({})).toMatchObject({
      label: 'Check for updates',
      action: { kind: 'checkUpdate' },
    });
    expect(rowOf({ step: 'found', found })).toMatchObject({
      label: 'Version 0.2.0 is out',
      action: { kind: 'open', address: '/settings/about' },
    });
    expect(rowOf({ step: 'ready', found })).toMatchObject({
      label: 'Restart to update to 0.2.0',
      action: { kind: 'restartToUpdate' },
    });
  });

  it('does not change with each second of a download', () => {
    const at = (progress: number) => rowOf({ step: 'downloading', found, progress });
    expect(at(0.34)).toEqual(at(0.35));
  });
});
