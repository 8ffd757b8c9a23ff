import { TokwattError, systemCode } from './errors.ts';

/** The names of these flags in settings.json. */
const IN_FILE = { '--proxy-port': 'proxyPort', '--api-port': 'apiPort' } as const;

/** The codes of addresses that cannot be listened on. */
const NO_ADDRESS = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

const API_PORT = "this is the port of Tokwatt's own API; choose another port.";

/** Where the port comes from: a flag or its setting, or the setting of one upstream. */
export type PortSource = keyof typeof IN_FILE | UpstreamPort;

/** The setting of one upstream, and its place in the list. */
interface UpstreamPort {
  readonly upstream: string;
  readonly index: number;
}

/**
 * Explains in one line why Tokwatt cannot listen on a port, and what to do. Names both the flag and
 * the setting, because the port may come from either. Status 409, because the port may be free
 * later.
 *
 * @param apiPort the port of Tokwatt's own API; 0 if it has none
 */
export function listenError(
  error: unknown,
  source: PortSource,
  port: number,
  bind: string,
  apiPort = 0,
): TokwattError {
  const code = systemCode(error);
  if (code !== null && NO_ADDRESS.has(code)) {
    const message = `bind ${bind} (--bind or settings.json): this machine has no such address; use 127.0.0.1, 0.0.0.0 or an address of its own.`;
    return new TokwattError('listen', message, { status: 409, cause: error, setting: 'bind' });
  }
  const isFlag = typeof source === 'string';
  const setting = isFlag ? IN_FILE[source] : `upstreams.${source.index}.port`;
  const subject = isFlag
    ? `${source} ${port} (or ${setting} in settings.json)`
    : `port ${port} of the upstream ${source.upstream} (upstreams in settings.json)`;
  const message = `${subject}: ${port === apiPort ? API_PORT : portProblem(code, bind)}`;
  return new TokwattError('listen', message, { status: 409, cause: error, setting });
}

function portProblem(code: string | null, bind: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `the port is taken on ${bind}; end the program that holds it (is Tokwatt running already?) or choose another port.`;
    case 'EACCES':
      return 'this user may not listen on the port; choose one above 1023.';
    case null:
    default:
      return `cannot listen on ${bind} (${code ?? 'unknown reason'}); choose another port.`;
  }
}
