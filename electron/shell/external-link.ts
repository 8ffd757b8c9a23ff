/** Longest address that is handed to the system. */
const MAX_LENGTH = 2_048;
const SCHEMES = ['https:', 'http:', 'mailto:'];

/**
 * The address of a link to open outside of Tokwatt, as the system gets it; null if it must not be opened. Other
 * schemes can start programs with arguments of the link's author, and an address with a password hides its host.
 */
export function externalAddress(link: string): string | null {
  if (link.length > MAX_LENGTH || !URL.canParse(link)) return null;
  const { protocol, username, password, href } = new URL(link);
  const isAllowed = SCHEMES.includes(protocol) && username === '' && password === '';
  return isAllowed ? href : null;
}
