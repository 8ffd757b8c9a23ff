import { readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';

/** Where a window was, from its file; null if there is none or it is not usable. */
export function loadPlace<S extends v.GenericSchema>(
  schema: S,
  file: string,
): v.InferOutput<S> | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

/** Saves where a window is. If that fails, the next one opens in its usual place. */
export function savePlace(file: string, place: object): void {
  try {
    writeFileSync(file, `${JSON.stringify(place)}\n`);
  } catch {
    // The user is not informed, because only the position of a window is lost.
  }
}
