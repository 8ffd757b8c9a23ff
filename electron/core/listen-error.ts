import { TokwattError, systemCode } from './errors.ts';

/**
 * Turns why a port cannot be listened on into one line that names the flag and what to do.
 * `flag` is `--proxy-port` or `--api-port`.
 */
export function listenError(
  error: unknown,
  flag: string,
  port: number,
  bind: string,
): TokwattError {
  const code = systemCode(error);
  const message = listenMessage(code, flag, port, bind);
  return new TokwattError('listen', message, { cause: error });
}

function listenMessage(code: string | null, flag: string, port: number, bind: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `${flag} ${port}: the port is taken on ${bind}; end the program that holds it (is Tokwatt running already?) or choose another with ${flag} N.`;
    case 'EACCES':
      return `${flag} ${port}: this user may not listen on the port; choose one above 1023 with ${flag} N.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `--bind ${bind}: this machine has no such address; use 127.0.0.1, 0.0.0.0 or an address of its own.`;
    case null:
    default:
      return `${flag} ${port}: cannot listen on ${bind} (${code ?? 'unknown reason'}); choose another with ${flag} N.`;
  }
}
