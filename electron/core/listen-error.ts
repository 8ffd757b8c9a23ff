import { TokwattError, systemCode } from './errors.ts';

/** What settings.json calls what a flag says. */
const IN_FILE = { '--proxy-port': 'proxyPort', '--api-port': 'apiPort' } as const;

/**
 * Turns why a port cannot be listened on into one line that says what to do. It names the flag and
 * the setting, as either may have said it.
 */
export function listenError(
  error: unknown,
  flag: keyof typeof IN_FILE,
  port: number,
  bind: string,
): TokwattError {
  const code = systemCode(error);
  const message = listenMessage(code, flag, port, bind);
  return new TokwattError('listen', message, { cause: error });
}

function listenMessage(
  code: string | null,
  flag: keyof typeof IN_FILE,
  port: number,
  bind: string,
): string {
  const subject = `${flag} ${port} (or ${IN_FILE[flag]} in settings.json)`;
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
