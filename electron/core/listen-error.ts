import { sentence } from '../../shared/sentences.ts';
import type { Sentence } from '../../shared/sentences.ts';
import { TokwattError, systemCode } from './errors.ts';

/** The names of these flags in settings.json. */
const IN_FILE = { '--proxy-port': 'proxyPort', '--api-port': 'apiPort' } as const;

/** The codes of addresses that cannot be listened on. */
const NO_ADDRESS = new Set(['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']);

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
    const message = sentence('listen_no_address', { address: bind });
    return new TokwattError('listen', message, { status: 409, cause: error, setting: 'bind' });
  }
  const isFlag = typeof source === 'string';
  const setting = isFlag ? IN_FILE[source] : `upstreams.${source.index}.port`;
  const values = {
    port: String(port),
    problem: port === apiPort ? sentence('port_of_api') : portProblem(code, bind),
  };
  const message = isFlag
    ? sentence('listen_flag', { flag: source, setting, ...values })
    : sentence('listen_upstream', { upstream: source.upstream, ...values });
  return new TokwattError('listen', message, { status: 409, cause: error, setting });
}

function portProblem(code: string | null, bind: string): Sentence {
  switch (code) {
    case 'EADDRINUSE':
      return sentence('port_taken', { bind });
    case 'EACCES':
      return sentence('port_denied');
    case null:
    default:
      return sentence('port_unusable', { bind, code: code ?? { text: 'unknown_reason' } });
  }
}
