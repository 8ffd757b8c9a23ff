import { addressOf } from '../../../shared/page-address.ts';
import type { Words } from '../words.ts';
import type { TrayEntry } from './entry.ts';
import type { TrayView } from './view.ts';

/** The row about updates: the restart if only that is left, what is found, or the check; none where there are none. */
export function updateRows({
  update,
  words,
}: Pick<TrayView, 'update'> & { readonly words: Words }): TrayEntry[] {
  if (update === null) return [];
  const { step, found } = update;
  const row = { kind: 'row' as const, key: 'update' };
  if (found === null) {
    return [{ ...row, label: words('update.check'), action: { kind: 'checkUpdate' } }];
  }
  const { version } = found;
  if (step === 'ready') {
    const label = words('update.ready', { version });
    return [{ ...row, label, action: { kind: 'restartToUpdate' } }];
  }
  // The figure of a download would change the menu each second.
  const label = words(`update.${step === 'downloading' ? 'downloading' : 'found'}`, { version });
  return [{ ...row, label, action: { kind: 'open', address: addressOf('settings', 'about') } }];
}
