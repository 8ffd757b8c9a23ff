import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Configuration } from './configuration.ts';
import { Warnings } from './live/warnings.ts';
import type { Log } from './log.ts';
import { ApiToken } from './startup/api-token.ts';
import { resolveConfig } from './startup/config.ts';
import type { Config } from './startup/config.ts';
import type { Flags } from './startup/flags.ts';
import { DataDirInUse, lockDataDir } from './startup/instance-lock.ts';
import type { InstanceLock } from './startup/instance-lock.ts';
import type { LockHolder } from './startup/lock-holder.ts';
import type { StateStore } from './startup/state-store.ts';
import { giveBackAll, giveBackText } from './takeover/give-back.ts';
import type { GivenBack } from './takeover/give-back.ts';
import { TakeoverRecords } from './takeover/records.ts';
import { runningTakeovers } from './takeover/running-takeovers.ts';
import { Takeovers } from './takeover/takeovers.ts';

export interface GiveBackOptions extends Pick<LockHolder, 'kind' | 'version'> {
  readonly flags: Flags;
  readonly dataDir: string;
  /** Opens the documents. Not called in a folder without takeovers, where it would make files. */
  readonly openStore: () => StateStore;
  readonly log: Log;
}

/** What `--give-back` prints, and whether everything is as it was. */
export interface GiveBackResult {
  readonly text: string;
  readonly isDone: boolean;
}

/**
 * Gives back all ports that were taken over: through the Tokwatt that runs on the data folder, else in this process.
 * Throws a TokwattError if one runs that does not say who it is.
 */
export async function giveBackPorts(options: GiveBackOptions): Promise<GiveBackResult> {
  const { flags, dataDir, openStore, log, kind, version } = options;
  if (!existsSync(join(dataDir, 'takeovers.json'))) return resultOf([]);
  let lock: InstanceLock;
  try {
    lock = await lockDataDir(dataDir, { kind, version });
  } catch (error) {
    if (!(error instanceof DataDirInUse)) throw error;
    return resultOf(await throughHolder(dataDir, error));
  }
  try {
    const store = openStore();
    const config = resolveConfig(flags, store.settings.read(), dataDir);
    const done = await giveBackAll(await ownTakeovers(config, store, log));
    // What is left belongs to servers that were removed from the settings.
    return resultOf(done, new TakeoverRecords(store.takeovers, log).all);
  } finally {
    lock.release();
  }
}

function resultOf(
  done: readonly GivenBack[],
  orphans: TakeoverRecords['all'] = [],
): GiveBackResult {
  const isDone = done.every(({ problem }) => problem === null);
  return { text: giveBackText(done, orphans), isDone };
}

/** Asks the process that holds the folder, if it proves to be a Tokwatt of this user. Else throws `inUse`. */
async function throughHolder(dataDir: string, inUse: DataDirInUse): Promise<readonly GivenBack[]> {
  const { holder } = inUse;
  const token = new ApiToken(dataDir).value;
  const api = holder?.api ?? null;
  if (api === null || holder?.knowsToken(token) !== true) throw inUse;
  return giveBackAll(runningTakeovers(api, token));
}

/** The takeovers in this process, in which nothing listens. */
async function ownTakeovers(config: Config, store: StateStore, log: Log): Promise<Takeovers> {
  const nothing = (): void => undefined;
  const warnings = new Warnings(log, nothing);
  const configuration = new Configuration({
    ...{ config, store, log, warnings },
    ...{ onKeys: nothing, onChange: nothing },
  });
  await configuration.open();
  return new Takeovers({
    ...{ settings: configuration.settings, document: store.takeovers, log },
    kindOf: () => null,
    keyOf: (upstream) => configuration.keys.keyOf(upstream),
    proxyPortOf: () => null,
    knownPorts: () => [],
  });
}
