/** The files of a service, and how they are taken away without a trace. */
import { existsSync, mkdirSync, readFileSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TokwattError } from '../core/errors.ts';
import type { PlannedFile } from './service-plan.ts';
import { MARK } from './service-spec.ts';

const MADE = /(?:# |<!-- )Folder made: (\S+)(?: -->)?\n$/;

/**
 * Whether a file is there: as it is planned, in another version, or not at all. Throws a `usage` error for a file that
 * Tokwatt has not written.
 */
export function stateOf({ path, text, encoding }: PlannedFile): 'same' | 'other' | 'absent' {
  if (!existsSync(path)) return 'absent';
  const present = readFileSync(path, encoding);
  if (!present.includes(MARK)) {
    throw new TokwattError(
      'usage',
      `${path} was not written by Tokwatt, so it is left alone; move it away first, or keep that service.`,
    );
  }
  return present.replace(MADE, '') === text ? 'same' : 'other';
}

/** Writes a file that has a text. It notes the folder that had to be made for it. */
export function writePlanned({ path, text, encoding }: PlannedFile): void {
  if (text === null) {
    rmSync(path, { force: true });
    return;
  }
  const before = existsSync(path) ? madeFolder(readFileSync(path, encoding)) : null;
  const made = mkdirSync(dirname(path), { recursive: true }) ?? before;
  writeFileSync(path, made === null ? text : `${text}${noteOf(made, path)}`, encoding);
}

/** Deletes files, and the folders that were made for them if nothing else is in those. */
export function deletePlanned(files: readonly PlannedFile[]): void {
  const present = files.filter(({ path }) => existsSync(path));
  const made = present.map(({ path, encoding }) => madeFolder(readFileSync(path, encoding)));
  for (const { path } of present) rmSync(path);
  present.forEach(({ path }, at) => {
    const first = made[at] ?? null;
    if (first !== null) deleteEmpty(dirname(path), first);
  });
}

/** Deletes a folder and those above it up to `last`, as far as they are empty. */
function deleteEmpty(folder: string, last: string): void {
  try {
    for (let each = folder; each.startsWith(last); each = dirname(each)) rmdirSync(each);
  } catch {
    // Something else is in it now.
  }
}

function noteOf(folder: string, path: string): string {
  // Two hyphens would end a comment of XML.
  const note = `Folder made: ${encodeURIComponent(folder).replaceAll('-', '%2D')}`;
  return /\.(?:plist|xml)$/.test(path) ? `<!-- ${note} -->\n` : `# ${note}\n`;
}

function madeFolder(text: string): string | null {
  const made = MADE.exec(text)?.[1];
  return made === undefined ? null : decodeURIComponent(made);
}
