import process from 'node:process';
import semver from 'semver';
import type { LostCore } from '../../../shared/attachment.ts';
import { sentence } from '../../../shared/sentences.ts';
import { ApiToken } from '../../core/startup/api-token.ts';
import { askLockHolder } from '../../core/startup/instance-lock.ts';
import type { LockHolder } from '../../core/startup/lock-holder.ts';
import { isLoopback } from '../../core/upstreams/known-ports.ts';

/** A headless Tokwatt that a desktop can show. */
export interface FoundCore {
  readonly kind: 'core';
  readonly holder: LockHolder;
  /** The address of its API, which has proved that it knows the token. */
  readonly api: string;
}

/** Why there is none. */
export type NoCore = Omit<LostCore, 'at'>;

/**
 * Finds the headless Tokwatt that uses a data folder.
 * @param own the version of this desktop
 */
export async function findCore(folder: string, own: string): Promise<FoundCore | NoCore> {
  const holder = await askLockHolder(folder);
  if (holder === 'nobody') return { kind: 'ended', reason: sentence('attached_ended') };
  if (holder === 'silent' || holder.api === null || holder.pid === process.pid) {
    return { kind: 'silent', reason: sentence('attached_silent') };
  }
  const reason = refusal(holder, holder.api, own, new ApiToken(folder).value);
  return reason === null ? { kind: 'core', holder, api: holder.api } : { kind: 'refused', reason };
}

function refusal(
  holder: LockHolder,
  api: string,
  own: string,
  token: string,
): LostCore['reason'] | null {
  const { version } = holder;
  if (!hasSameContract(version, own)) {
    return sentence('attached_version', { version, own, address: api });
  }
  if (!isLoopback(new URL(api).hostname)) return sentence('attached_address', { address: api });
  return holder.knowsToken(token) ? null : sentence('attached_token');
}

/** The contract of a window with its core may change with each release, except for patches of one. */
export function hasSameContract(one: string, other: string): boolean {
  const [a, b] = [semver.parse(one), semver.parse(other)];
  return a !== null && b !== null && a.major === b.major && a.minor === b.minor;
}
