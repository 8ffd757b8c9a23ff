import { CONTROLS, SETTING_PATHS } from './catalogue.ts';
import type { Control, SettingPath } from './catalogue.ts';
import { isText, textOf, valueOf } from './control-values.ts';
import { HIDDEN, isPlain } from './document.ts';

/** An object while it is edited, by the last parts of its settings' paths. */
export type Draft = Readonly<Record<string, unknown>>;

/** The settings directly in an object or in the items of a list (`budgets.*`). */
export function pathsIn(prefix: string): readonly SettingPath[] {
  return SETTING_PATHS.filter((path) => path.startsWith(`${prefix}.`));
}

/** The last part of a path. */
export function memberOf(path: SettingPath): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** What is edited of an object; null begins a new one with the defaults of choices. */
export function draftOf(paths: readonly SettingPath[], object: unknown): Draft {
  const given = isPlain(object) ? object : {};
  return Object.fromEntries(
    paths.map((path) => {
      const control: Control = CONTROLS[path];
      const value = given[memberOf(path)];
      return [memberOf(path), isText(control) ? textOf(control, value) : (value ?? empty(control))];
    }),
  );
}

function empty(control: Control): unknown {
  switch (control.kind) {
    case 'toggle':
      return false;
    case 'select':
      return control.options[0];
    case 'secrets':
      return {};
    case 'text':
    case 'address':
    case 'secret':
    case 'number':
    case 'percents':
      return '';
    case 'texts':
    case 'times':
      return [];
  }
}

/**
 * The members to send. `removed` stands for a value that was emptied: null in a merge patch, undefined
 * in the item of a list, which is left out. A secret that was not touched is left out too.
 */
export function membersOf(
  paths: readonly SettingPath[],
  draft: Draft,
  removed: null | undefined,
): Record<string, unknown> {
  const entries = paths.flatMap((path): [string, unknown][] => {
    const control: Control = CONTROLS[path];
    const given = draft[memberOf(path)];
    if (given === HIDDEN) return [];
    const value = isText(control) ? valueOf(control, String(given)) : finished(control, given);
    if (value !== undefined) return [[memberOf(path), value]];
    return removed === undefined ? [] : [[memberOf(path), removed]];
  });
  return Object.fromEntries(entries);
}

/** Prices in rows are text while they are edited. */
function finished(control: Control, given: unknown): unknown {
  if (control.kind !== 'times' || !Array.isArray(given)) return given;
  if (given.length === 0 && control.nullable === true) return null;
  return given.map((row: Draft) =>
    'price' in row ? { ...row, price: valueOf({ kind: 'number' }, String(row.price)) } : row,
  );
}
