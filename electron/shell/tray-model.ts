import {
  UNKNOWN,
  formatBytes,
  formatCount,
  formatMarked,
  formatRate,
} from '../../shared/format.ts';
import type { State } from '../../shared/snapshot.ts';
import type { Tally } from '../../shared/tally.ts';
import type { LoadedModel, PeriodTotals } from '../../shared/slices.ts';

/** The image the tray shows. */
export type TrayIconKey = 'idle' | 'active' | 'paused' | 'warning';

/** The action of a menu entry. */
export type TrayAction = 'open' | 'pause' | 'resume' | 'quit';

export type TrayEntry =
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly kind: 'separator' };

/** Everything the tray shows, as plain data. Equal models look the same. */
export interface TrayModel {
  readonly tooltip: string;
  readonly icon: TrayIconKey;
  readonly menu: readonly TrayEntry[];
}

/** Most models in the menu. The window lists all. */
const MOST_MODELS = 8;
const LONGEST_NAME = 42;

const SEPARATOR: TrayEntry = { kind: 'separator' };

/** The tray at a glance: speed now, what is loaded, what today has cost. */
export function trayModel(state: State): TrayModel {
  return {
    tooltip: `Tokwatt – ${now(state)}\nToday ${tokens(state.totals.today.all)}`,
    icon: icon(state),
    menu: [
      text(sentence(speeds(state))),
      ...troubles(state),
      SEPARATOR,
      ...loaded(state.loadedModels),
      SEPARATOR,
      ...today(state.totals.today),
      SEPARATOR,
      { kind: 'action', label: 'Open Tokwatt', action: 'open' },
      state.app.paused
        ? { kind: 'action', label: 'Resume metering', action: 'resume' }
        : { kind: 'action', label: 'Pause metering', action: 'pause' },
      { kind: 'action', label: 'Quit', action: 'quit' },
    ],
  };
}

function icon(state: State): TrayIconKey {
  if (state.app.paused) return 'paused';
  if (state.warnings.length > 0) return 'warning';
  return isActive(state) ? 'active' : 'idle';
}

function isActive({ inFlight, throughput }: State): boolean {
  const { outputTokensPerSecond, inputTokensPerSecond } = throughput;
  return inFlight.length > 0 || outputTokensPerSecond > 0 || inputTokensPerSecond > 0;
}

/** The tooltip's first line: the most important figure now. */
function now(state: State): string {
  if (state.app.paused) return 'metering paused';
  return isActive(state) ? `${formatRate(state.throughput.outputTokensPerSecond)} out` : 'idle';
}

function speeds(state: State): string {
  const rest = now(state);
  if (state.app.paused || !isActive(state)) return rest;
  return `${rest} · ${formatRate(state.throughput.inputTokensPerSecond)} in`;
}

function troubles({ upstreams, warnings }: State): TrayEntry[] {
  const down = upstreams.filter(({ health }) => health === 'down');
  return [
    ...down.map(({ name }) => text(`${short(name)} does not answer`)),
    ...(warnings.length === 0 ? [] : [text(plural(warnings.length, 'warning', 'see the window'))]),
  ];
}

function loaded(models: readonly LoadedModel[]): TrayEntry[] {
  if (models.length === 0) return [text('No models loaded')];
  return list(models, ({ name, state, sizeBytes }) => {
    const size = sizeBytes === null ? '' : ` – ${formatBytes(sizeBytes)}`;
    return `${short(name)}${size}${state === 'loaded' ? '' : ` (${state})`}`;
  });
}

function today({ all, models }: PeriodTotals): TrayEntry[] {
  return [
    text(`Today: ${tokens(all)}`),
    ...list(models, (tally) => `${short(tally.model)}: ${tokens(tally)}`),
  ];
}

/** Full counts, so that people can compare them with other tools. */
function tokens(tally: Tally): string {
  const unknown = tally.requests > 0 && tally.requests === tally.unmeteredRequests;
  if (unknown) return `${UNKNOWN} in · ${UNKNOWN} out`;
  const count = (value: number): string =>
    formatMarked(formatCount(value), tally.estimatedTokens > 0 ? 'estimated' : null);
  return `${count(tally.inputTokens)} in · ${count(tally.outputTokens)} out`;
}

function list<T>(items: readonly T[], label: (item: T) => string): TrayEntry[] {
  const shown = items.slice(0, MOST_MODELS).map((item) => text(label(item)));
  const more = items.length - shown.length;
  return more > 0 ? [...shown, text(`and ${formatCount(more)} more`)] : shown;
}

/** Shortens a long name in the middle, because both family and quantisation are informative. */
function short(name: string): string {
  const plain = name.replace(/\s+/g, ' ');
  if (plain.length <= LONGEST_NAME) return plain;
  const half = (LONGEST_NAME - 1) / 2;
  return `${plain.slice(0, Math.ceil(half))}…${plain.slice(-Math.floor(half))}`;
}

function plural(count: number, noun: string, rest: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}: ${rest}`;
}

function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function text(label: string): TrayEntry {
  return { kind: 'text', label };
}
