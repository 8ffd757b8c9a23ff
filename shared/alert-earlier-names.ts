import type { Split } from './alert-figure-kinds.ts';
import type { FigureName } from './alert-figures.ts';

/** Figure names from earlier versions, which existing rules may use; deprecated. */
export const EARLIER_FIGURES = {
  outlet_failing: 'exporter_failing',
  outlet_behind: 'exporter_behind',
} as const satisfies Record<string, FigureName>;
export const EARLIER_SPLIT = 'outlet';

export function typedKeys<Key extends string>(object: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(object) as Key[];
}

export function currentFigure(name: FigureName | keyof typeof EARLIER_FIGURES): FigureName {
  return name in EARLIER_FIGURES
    ? EARLIER_FIGURES[name as keyof typeof EARLIER_FIGURES]
    : (name as FigureName);
}

export function currentSplit(split: Split | typeof EARLIER_SPLIT): Split {
  return split === EARLIER_SPLIT ? 'exporter' : split;
}
