import { spawnSync } from 'node:child_process';
import { TokwattError, systemCode } from '../core/errors.ts';
import { deletePlanned, stateOf, writePlanned } from './service-files.ts';
import type { Command, ServicePlan } from './service-plan.ts';

/** Prints one line. */
export type Say = (line: string) => void;

/** Shows what {@link install} would do, with the whole texts. */
export function showPlan({ files, install }: ServicePlan, say: Say): void {
  for (const { path, text } of files) {
    if (text !== null) say(`would write ${path}:\n\n${text.replace(/^\uFEFF/, '')}`);
  }
  for (const command of install) say(`would run: ${command.join(' ')}`);
}

/** Installs and starts a service, or changes nothing: what was done is undone if a step fails. */
export function install(plan: ServicePlan, say: Say): void {
  const states = plan.files.map(stateOf);
  const isThere = plan.files.every(({ text }, at) => text === null || states[at] === 'same');
  if (isThere && !states.includes('other') && isRunning(plan)) {
    say('It is installed already and runs; nothing was changed.');
    return;
  }
  if (states.some((state) => state !== 'absent')) for (const each of plan.stop) attempt(each);
  try {
    for (const file of plan.files) {
      if (file.text !== null) say(`write ${file.path}`);
      writePlanned(file);
    }
    for (const command of plan.install) perform(command, say);
  } catch (error) {
    say('That failed; what was done so far is undone.');
    for (const command of plan.stop) attempt(command);
    deletePlanned(plan.files);
    for (const command of plan.forget) attempt(command);
    throw refusal(error);
  }
  deletePlanned(plan.files.filter(({ isTemporary }) => isTemporary));
}

/** Ends a service and deletes all that {@link install} has made. Does nothing if there is none. */
export function remove(plan: ServicePlan, say: Say): void {
  const present = plan.files.filter((file) => stateOf(file) !== 'absent');
  const isScheduled = plan.files.some(({ isTemporary }) => isTemporary) && isRunning(plan);
  if (present.length === 0 && !isScheduled) {
    say('It is not installed; nothing was changed.');
    return;
  }
  try {
    for (const command of plan.stop) {
      say(`run: ${command.join(' ')}`);
      attempt(command);
    }
    for (const { path } of present) say(`delete ${path}`);
    deletePlanned(present);
    for (const command of plan.forget) attempt(command);
  } catch (error) {
    throw refusal(error);
  }
}

/** Says whether a service is installed and runs. Returns true if it runs. */
export function tellStatus(plan: ServicePlan, say: Say): boolean {
  const isActive = isRunning(plan);
  for (const file of plan.files) {
    const state = stateOf(file);
    if (state !== 'absent') say(`${file.path}: installed`);
    else if (file.text !== null && !file.isTemporary) say(`${file.path}: not installed`);
  }
  say(isActive ? 'The service runs.' : 'The service does not run.');
  return isActive;
}

function isRunning({ status }: ServicePlan): boolean {
  return attempt(status).status === 0;
}

function attempt([program, ...args]: Command): {
  status: number | null;
  text: string;
  code: string | null;
} {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, text: error === undefined ? stderr : '', code: systemCode(error) };
}

function perform(command: Command, say: Say): void {
  const line = command.join(' ');
  say(`run: ${line}`);
  const { status, text, code } = attempt(command);
  if (status === 0) return;
  const reason =
    code === 'ENOENT'
      ? `there is no ${command[0]} here; start Tokwatt with the service manager of this machine`
      : (/\S.*/.exec(text)?.[0] ?? `status ${status}`);
  throw new TokwattError('usage', `${line}: ${reason}.`);
}

function refusal(error: unknown): unknown {
  const code = systemCode(error);
  if (code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS') return error;
  const path = (error as NodeJS.ErrnoException).path ?? 'a file';
  return new TokwattError('usage', `${path} must not be written by this account (${code}).`, {
    cause: error,
  });
}
