import type * as v from 'valibot';
import { expect, it } from 'vitest';
import { settingsSchema } from '../../../shared/settings.ts';
import { CONTROLS, ELSEWHERE, SETTING_PATHS } from './catalogue.ts';
import type { Control } from './catalogue.ts';
import { hasWords, wordsKey } from './words.ts';

type Schema = v.GenericSchema & {
  readonly wrapped?: Schema;
  readonly pipe?: readonly Schema[];
  readonly item?: Schema;
  readonly entries?: Readonly<Record<string, Schema>>;
};

/** Paths of all values in a schema. Those that one control edits as a whole are not entered. */
function leaves(schema: Schema, path: string): string[] {
  if (path in CONTROLS || path in ELSEWHERE) return [path];
  if (schema.wrapped !== undefined) return leaves(schema.wrapped, path);
  if (schema.item !== undefined) return leaves(schema.item, `${path}.*`);
  if (schema.entries === undefined) return [path];
  return Object.entries(schema.entries).flatMap(([name, member]) =>
    leaves(member, path === '' ? name : `${path}.${name}`),
  );
}

it('has a control for every setting, and for nothing else', () => {
  const known = [...SETTING_PATHS, ...Object.keys(ELSEWHERE)];
  expect(leaves(settingsSchema as unknown as Schema, '').sort()).toEqual(known.sort());
});

it('has words for every setting and for every option that is no name of its own', () => {
  const missing = SETTING_PATHS.flatMap((path) => {
    const control: Control = CONTROLS[path];
    const words = control.kind === 'select' ? control.words : undefined;
    const options = words === undefined ? [] : (control as { options: readonly string[] }).options;
    return [
      `fields.${wordsKey(path)}.label`,
      ...options.map((option) => `${words ?? ''}.${option.replaceAll('-', '_')}`),
    ].filter((key) => !hasWords(key));
  });
  expect(missing).toEqual([]);
});
