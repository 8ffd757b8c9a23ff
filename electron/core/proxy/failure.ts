import { systemCode } from '../errors.ts';
import type { Refusal } from './refusal.ts';
import type { Outcome, Upstream } from './tap.ts';

/** The system's or Node's error code for a missing answer; null if there is none. */
export function failureCode(error: unknown): string | null {
  if (error instanceof AggregateError) {
    return systemCode(error) ?? systemCode(error.errors[0]);
  }
  return systemCode(error);
}

/** The outcome of an exchange without an answer, by the error's code. */
export function outcomeWithoutAnswer(code: string | null): Outcome {
  if (isMalformed(code)) return { kind: 'malformed-answer', code };
  return { kind: BROKEN.has(code) ? 'upstream-died' : 'upstream-unreachable', code };
}

/** The outcome of an exchange whose answer broke off, by the error's code. */
export function outcomeOfCut(code: string | null): Outcome {
  return { kind: isMalformed(code) ? 'malformed-answer' : 'upstream-died', code };
}

/** Codes of a connection that was established and broke. */
const BROKEN: ReadonlySet<string | null> = new Set(['ECONNRESET', 'EPIPE']);

/** The code of an answer with status 101 to a request that asked for no other protocol. */
export const UNASKED_UPGRADE = 'UNASKED_UPGRADE';

/** Codes of Node for a head that its parser accepts and that it does not pass on to a client. */
const UNSENDABLE: ReadonlySet<string | null> = new Set([
  'ERR_HTTP_INVALID_HEADER_VALUE',
  'ERR_HTTP_INVALID_STATUS_CODE',
  'ERR_INVALID_CHAR',
  'ERR_INVALID_HTTP_TOKEN',
]);

/** Whether the code says that the answer is not valid HTTP. `HPE_` codes come from Node's parser. */
function isMalformed(code: string | null): boolean {
  return code === UNASKED_UPGRADE || UNSENDABLE.has(code) || (code?.startsWith('HPE_') ?? false);
}

/**
 * The response to send when the upstream gave no answer. It names the server, the failure and the
 * remedy. Codes: `upstream_unreachable` (no connection), `upstream_failed` (no answer) and
 * `malformed_answer` (not valid HTTP).
 */
export function noAnswer(upstream: Upstream, code: string | null): Refusal {
  const { reached, what, advice } = explain(code);
  const server = `${upstream.name} at ${upstream.url.origin}`;
  return {
    status: 502,
    code: isMalformed(code)
      ? 'malformed_answer'
      : reached
        ? 'upstream_failed'
        : 'upstream_unreachable',
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
    case UNASKED_UPGRADE:
      return reached('it switched to another protocol without being asked', CHECK_ADDRESS);
    case null:
    default:
      return explainFamily(code);
  }
}

function explainFamily(code: string | null): Explanation {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return reached(`the head of its answer is too large (${code})`, 'At most 64 KiB are accepted.');
  }
  if (isMalformed(code)) {
    return reached(`its answer is not valid HTTP (${code ?? ''})`, CHECK_ADDRESS);
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
