/**
 * The address that is asked in the place of the package's own; null for that one. It is for tests: only an address of
 * this machine is taken, so that nobody can make Tokwatt install something from elsewhere.
 */
export function feedOfTests({ TOKWATT_UPDATE_URL: given }: NodeJS.ProcessEnv): string | null {
  if (given === undefined || !URL.canParse(given)) return null;
  const { protocol, hostname } = new URL(given);
  return protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(hostname) ? given : null;
}
