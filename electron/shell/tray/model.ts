import { isLost } from '../../../shared/attachment.ts';
import type { State } from '../../../shared/snapshot.ts';
import { filledLine } from '../../../shared/tray-settings.ts';
import type { TrayFace } from '../../../shared/tray-icon/draw.ts';
import type { TrayEntry } from './entry.ts';
import { digitsFor, isWorking, tokenFigures } from '../../../shared/tray-figures.ts';
import { menuOf } from './menu.ts';
import { nowText, problemText, todayText } from './texts.ts';
import type { TrayView } from './view.ts';
import { inLanguage, trayWords } from './words.ts';

/** Everything the tray shows, as plain data. Equal models look the same. */
export interface TrayModel {
  readonly face: TrayFace;
  /** The most important line first. */
  readonly tooltip: string;
  /** Lines of text beside the icon, at most two. */
  readonly lines: readonly string[];
  readonly menu: readonly TrayEntry[];
}

/** The tray at a glance: is it working, how fast, is anything wrong? */
export function trayModel(view: TrayView): TrayModel {
  const { state, problems, now, locale } = view;
  const words = trayWords(locale);
  return inLanguage(locale, () => ({
    face: faceOf(view),
    tooltip: [
      words('tooltip', { now: nowText(state, words) }),
      ...problems.slice(0, 1).map((problem) => problemText(problem, words)),
      ...(isLost(state.attachment) ? [] : [todayText(state, words)]),
    ].join('\n'),
    lines: linesOf(state, now),
    menu: menuOf({ ...view, words }),
  }));
}

function faceOf({ state, problems, now }: TrayView): TrayFace {
  const digits = isLost(state.attachment) ? null : digitsFor(state.app.tray.icon, state, now);
  if (problems.length > 0) return { shape: 'problem', digits };
  if (state.app.paused) return { shape: 'paused', digits: null };
  return { shape: isWorking(state) ? 'working' : 'idle', digits };
}

function linesOf(state: State, now: number): string[] {
  if (isLost(state.attachment)) return [];
  const { firstLine, secondLine } = state.app.tray;
  const figures = tokenFigures(state, now);
  return [firstLine, secondLine]
    .map((line) => filledLine(line, figures))
    .filter((line) => line !== null);
}
