import { TokwattError, systemCode } from './errors.ts';

/** The names of these flags in settings.json. */
const IN_FILE = { '--proxy-port': 'proxyPort', '--api-port': 'apiPort' } as const;

/** Where the port comes from: a flag or its setting, or the setting of one upstream. */
export type PortSource = keyof typeof IN_FILE | { readonly upstream: string };

/**
 * Explains in one line why Tokwatt cannot listen on a port, and what to do. Names both the flag and
 * the setting, because the port may come from either. Status 409, because the port may be free
 * later.
 */
export function listenError(
  error: unknown,
  source: PortSource,
  port: number,
  bind: string,
): TokwattError {
  const subject =
    typeof source === 'string'
      ? `${source} ${port} (or ${IN_FILE[source]} in settings.json)`
      : `port ${port} of the upstream ${source.upstream} (upstreams in settings.json)`;
  const message = listenMessage(systemCode(error), subject, bind);
  return new TokwattError('listen', message, { status: 409, cause: error });
}

function listenMessage(code: string | null, subject: string, bind: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${subject}: the port is taken on ${bind}; end the program that holds it (is Tokwatt running already?) or choose another port.`;
    case 'EACCES':
      return `${subject}: this user may not listen on the port; choose one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `bind ${bind} (--bind or settings.json): this machine has no such address; use 127.0.0.1, 0.0.0.0 or an address of its own.`;
    case null:
    default:
      return `${subject}: cannot listen on ${bind} (${code ?? 'unknown reason'}); choose another port.`;
  }
}
