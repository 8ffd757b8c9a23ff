import { systemCode } from '../errors.ts';
import type { Refusal } from './refusal.ts';
import type { Upstream } from './tap.ts';

/** The system's or Node's error code for a missing answer; null if there is none. */
export function failureCode(error: unknown): string | null {
  if (error instanceof AggregateError) {
    return systemCode(error) ?? systemCode(error.errors[0]);
  }
  return systemCode(error);
}

/**
 * The response to send when the upstream gave no answer. It names the server, the failure and the
 * remedy. Codes: `upstream_unreachable` (no connection) and `upstream_failed` (no valid answer).
 */
export function noAnswer(upstream: Upstream, code: string | null): Refusal {
  const { reached, what, advice } = explain(code);
  const server = `${upstream.name} at ${upstream.url.origin}`;
  return {
    status: 502,
    code: reached ? 'upstream_failed' : 'upstream_unreachable',
    message: reached
      ? `Tokwatt got no valid answer from ${server}: ${what}. ${advice}`
      : `Tokwatt cannot reach ${server}: ${what}. ${advice}`,
  };
}

interface Explanation {
  /** True if a connection was established. */
  readonly reached: boolean;
  readonly what: string;
  readonly advice: string;
}

const CHECK_ADDRESS = "Check its address in Tokwatt's settings.";

function explain(code: string | null): Explanation {
  switch (code) {
    case 'ECONNREFUSED':
      return unreached(
        'nothing listens there',
        `Start it, or correct its address in the settings.`,
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return unreached('its name is not known', CHECK_ADDRESS);
    case 'ETIMEDOUT':
    case 'ERR_SOCKET_CONNECTION_TIMEOUT':
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
    case 'ENETUNREACH':
      return unreached('the machine does not answer', 'Check that it is on and in your network.');
    case 'EMFILE':
    case 'ENFILE':
      return unreached(
        'this machine has no file descriptors left',
        'Close connections or raise the limit of open files.',
      );
    case 'ECONNRESET':
    case 'EPIPE':
      return reached('it closed the connection without answering', 'Look into its log.');
    case 'EPROTO':
      return reached('it does not speak TLS', 'Try its address with http:// instead of https://.');
    case null:
    default:
      return explainFamily(code);
  }
}

function explainFamily(code: string | null): Explanation {
  if (code?.startsWith('HPE_') === true) {
    return reached(`its answer is not valid HTTP (${code})`, CHECK_ADDRESS);
  }
  if (code !== null && /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    return unreached(
      `its certificate is not trusted (${code})`,
      'Start Tokwatt with NODE_EXTRA_CA_CERTS set to the file of its certificate authority.',
    );
  }
  if (code?.startsWith('ERR_SSL') === true) {
    return reached(`no TLS connection came about (${code})`, CHECK_ADDRESS);
  }
  return unreached(code ?? 'the connection failed', CHECK_ADDRESS);
}

function reached(what: string, advice: string): Explanation {
  return { reached: true, what, advice };
}

function unreached(what: string, advice: string): Explanation {
  return { reached: false, what, advice };
}
