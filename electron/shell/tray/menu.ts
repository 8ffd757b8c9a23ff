import {
  formatCompact,
  formatElapsed,
  formatRate,
  formatUptime,
  localMinute,
} from '../../../shared/format.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import { isLost } from '../../../shared/attachment.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { canonicalModelName } from '../../../shared/model-names.ts';
import type { Problem } from '../../../shared/problems.ts';
import { runsOf, speedOf } from '../../../shared/model-runs.ts';
import { modelManager } from '../../core/models/model-limits.ts';
import type { TrayAction, TrayEntry } from './entry.ts';
import { gpuAge, isWorking } from '../../../shared/tray-figures.ts';
import { gpuText, nameOf, nowText, parts, problemText, todayText, tokensText } from './texts.ts';
import type { TrayView } from './view.ts';
import type { Words } from '../words.ts';
import { updateRows } from './update-rows.ts';

/** Most models in a list of the menu. The window lists all. */
const MOST_MODELS = 8;
const MINUTE_MS = 60_000;

interface MenuView extends TrayView {
  readonly words: Words;
}

/** The menu: each row opens the page that it speaks of. */
export function menuOf(view: MenuView): readonly TrayEntry[] {
  if (isLost(view.state.attachment)) return lostRows(view);
  return [
    ...problemRows(view),
    ...attachedRows(view),
    ...nowRows(view),
    line('models'),
    ...modelRows(view),
    line('today'),
    ...todayRows(view),
    line('actions'),
    ...actionRows(view),
  ];
}

function row(key: string, label: string, action: TrayAction): TrayEntry {
  return { kind: 'row', key, label, action };
}

function page(key: string, label: string, address: string): TrayEntry {
  return row(key, label, { kind: 'open', address });
}

function line(key: string): TrayEntry {
  return { kind: 'separator', key: `line:${key}` };
}

const PLACES: Readonly<Record<Problem['kind'], string>> = {
  upstream: addressOf('settings', 'upstreams'),
  alert: addressOf('alerts'),
  ledger: addressOf('settings', 'retention'),
  metering: addressOf('activity'),
  core: addressOf('overview'),
};

/** The most urgent problem first, with the place where it can be seen to. */
function problemRows({ state, problems, words }: MenuView): TrayEntry[] {
  const missed = new Set(problems.map(({ kind, name }) => `${kind}:${name}`));
  const off = state.upstreams.filter(
    ({ name, health }) => health === 'down' && !missed.has(`upstream:${name}`),
  );
  const count = state.warnings.length;
  return [
    ...problems.map((problem) => problemRow(problem, words)),
    ...off.map(({ name }) =>
      page(`down:${name}`, words('down', { name: nameOf(name) }), PLACES.upstream),
    ),
    ...(count > 0 ? [page('warnings', words('warnings', { count }), addressOf('overview'))] : []),
  ];
}

function problemRow(problem: Problem, words: Words): TrayEntry {
  const label = `⚠ ${problemText(problem, words)}`;
  // The words of a full disk may change; it is one problem.
  const subject = problem.kind === 'ledger' ? '' : problem.name;
  return page(`problem:${problem.kind}:${subject}`, label, PLACES[problem.kind]);
}

/** Whose figures these are, if not those of this process. */
function attachedRows({ state: { attachment }, words }: MenuView): TrayEntry[] {
  if (attachment === null) return [];
  const { version, since } = attachment;
  const label = words('attached', { version, since: localMinute(since) });
  return [page('attached', label, addressOf('settings', 'about'))];
}

/** Figures of a core that is not reached would be old. */
function lostRows({ state: { attachment }, problems, words }: MenuView): TrayEntry[] {
  const canStart = attachment?.lost?.kind === 'ended';
  return [
    ...problems.map((problem) => problemRow(problem, words)),
    ...(canStart ? [row('startHere', words('startHere'), { kind: 'startHere' })] : []),
    line('actions'),
    openRow(words),
    row('quit', words('quit'), { kind: 'quit' }),
  ];
}

function openRow(words: Words): TrayEntry {
  return row('open', words('open'), { kind: 'open', address: null });
}

function nowRows({ state, now, words }: MenuView): TrayEntry[] {
  const mark = isWorking(state) && !state.app.paused ? '⚡ ' : '';
  const age = gpuAge(state, now);
  const gpus = state.gpu.gpus.flatMap((gpu) => {
    const label = gpuText(gpu, age, words);
    return label === null ? [] : [page(`gpu:${gpu.index}`, label, addressOf('hardware'))];
  });
  return [page('now', `${mark}${nowText(state, words)}`, addressOf('overview')), ...gpus];
}

function modelRows(view: MenuView): TrayEntry[] {
  const { state, words } = view;
  const models = state.loadedModels;
  if (models.length === 0) return [page('models', words('noModels'), addressOf('models'))];
  const shown = models.slice(0, MOST_MODELS).map((model) => modelGroup(model, view));
  return [...shown, ...moreRows('models', models.length - shown.length, words)];
}

function moreRows(key: string, count: number, words: Words): TrayEntry[] {
  if (count <= 0) return [];
  return [page(`more:${key}`, words('moreModels', { count }), addressOf('models'))];
}

function modelGroup(model: LoadedModel, view: MenuView): TrayEntry {
  const { state, words } = view;
  const { name, upstream } = model;
  const server = state.upstreams.find((each) => each.name === upstream) ?? null;
  const kind = server?.kind ?? null;
  const cannot = server === null ? null : modelManager(server).cannot;
  const key = `model:${upstream}:${name}`;
  const act = (what: 'unload' | 'keep'): TrayEntry =>
    row(`${key}:${what}`, words(`model.${what}`), { kind: what, model: name, upstream });
  const address = addressOf('models', canonicalModelName(kind, name));
  return {
    kind: 'group',
    key,
    label: `${nameOf(name)}  ${modelFigures(model, view)}`,
    entries: [
      page(`${key}:page`, words('model.page'), address),
      ...(cannot?.keepAlive === null ? [act('keep')] : []),
      ...(cannot?.unload === null ? [act('unload')] : []),
    ],
  };
}

/** What a loaded model does, and what becomes of it: `41 tok/s · 8.1k context · 4 min left`. */
function modelFigures(model: LoadedModel, { state, now, words }: MenuView): string {
  const { state: loading, expiresAt } = model;
  const runs = runsOf(model, state);
  const speed = speedOf(runs);
  const context = Math.max(0, ...runs.map(({ progress }) => progress.contextTokens ?? 0));
  const left = expiresAt === null ? 0 : expiresAt - now;
  return parts([
    loading !== 'loaded' && words(`model.${loading}`),
    loading === 'loaded' && runs.length === 0 && words('model.idle'),
    speed > 0 && formatRate(speed),
    context > 0 && words('model.context', { tokens: formatCompact(context) }),
    left > 0 && words('model.left', { time: remaining(left) }),
  ]);
}

/** In whole minutes, so that the text does not change with each second. */
function remaining(ms: number): string {
  return ms < MINUTE_MS ? formatElapsed(ms) : formatUptime(ms);
}

function todayRows({ state, words }: MenuView): TrayEntry[] {
  const { models } = state.totals.today;
  const sum = page('today', todayText(state, words), addressOf('history'));
  if (models.length === 0) return [sum];
  const shown = models.slice(0, MOST_MODELS).map((tally) => {
    const label = words('modelTokens', {
      name: nameOf(tally.model),
      tokens: tokensText(tally, words),
    });
    return page(`today:${tally.model}`, label, addressOf('models', tally.model));
  });
  const entries = [...shown, ...moreRows('today', models.length - shown.length, words)];
  return [sum, { kind: 'group', key: 'todayModels', label: words('byModel'), entries }];
}

function actionRows(view: MenuView): TrayEntry[] {
  const { state, words } = view;
  const copies = state.upstreams.map(({ name, proxyUrl }) => {
    const label = words('copyOne', { name: nameOf(name), address: proxyUrl });
    return row(`copy:${name}`, label, { kind: 'copy', text: proxyUrl });
  });
  const pause = (key: string, minutes: number | null): TrayEntry =>
    row(`pause:${key}`, words(`pauseFor.${key}`), { kind: 'pause', minutes });
  return [
    openRow(words),
    row('mini', words('mini'), { kind: 'mini' }),
    ...(state.app.miniMonitor.clickThrough
      ? [row('catchClicks', words('catchClicks'), { kind: 'catchClicks' })]
      : []),
    ...(copies.length === 0
      ? []
      : [{ kind: 'group' as const, key: 'copy', label: words('copy'), entries: copies }]),
    state.app.paused
      ? row('resume', words('resume'), { kind: 'resume' })
      : {
          kind: 'group',
          key: 'pause',
          label: words('pause'),
          entries: [pause('quarter', 15), pause('hour', 60), pause('open', null)],
        },
    ...updateRows(view),
    row('quit', words(state.attachment === null ? 'quit' : 'quitAttached'), { kind: 'quit' }),
  ];
}
