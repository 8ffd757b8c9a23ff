// @ts-check
/** What must hold of every run of an installed Tokwatt, and of one after an upgrade. */

/**
 * @typedef {import('../prove.mjs').Proof} Proof
 * @typedef {import('./session.mjs').Seen} Seen
 */

/**
 * @param {Proof['check']} check
 * @param {Seen} seen
 */
export function checkRun(check, seen) {
  check('one exchange is metered', seen.requests >= 1 && seen.tokens > 0, seen.tokens);
  check('it is in the ledger', seen.rows >= 1, `${seen.rows} rows`);
  check('the tray has an icon', seen.iconSize > 0, `${seen.iconSize} px`);
  const line = seen.menu.find((label) => / in · .* out/.test(label));
  check("the tray's menu has the tokens", line !== undefined, line ?? seen.menu.join(' | '));
  const isConfined = /^user [1-9]\d*, seccomp 2/.test(seen.sandbox);
  check('a normal user, in a sandbox', isConfined, seen.sandbox);
  check('quitting from the tray ends it', seen.status === 0, `status ${seen.status}`);
}

/**
 * @param {Proof['check']} check
 * @param {Seen} before with the previous version
 * @param {Seen} after
 */
export function checkUpgrade(check, before, after) {
  const versions = `${before.version} then ${after.version}`;
  check('the upgrade is to another version', before.version !== after.version, versions);
  const isKept = after.requests === before.requests + 1 && after.tokens > before.tokens;
  check('the upgrade keeps totals', isKept, `${before.requests} then ${after.requests} requests`);
  const rows = `${before.rows} then ${after.rows} rows`;
  check('the upgrade keeps the ledger', after.rows > before.rows, rows);
  check('the upgrade keeps settings', after.hours === 'h12', `appearance.hours ${after.hours}`);
}
