import type { AccessRules } from './access.ts';
import { hostAllowed, originAllowed } from './access.ts';
import type { HeadFacts } from './head-facts.ts';
import type { Refusal } from './refusal.ts';
import type { Target } from './target.ts';
import { parseTarget } from './target.ts';

/** The parts of a request line that admission checks. */
export interface RequestLine {
  readonly method: string;
  readonly target: string;
  /** 1 for all of HTTP/1. The parser also takes HTTP/2.0, and a line without a version as HTTP/0.9. */
  readonly majorVersion: number;
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  readonly minorVersion: number;
}

export type Admission =
  | { readonly admitted: true; readonly target: Target }
  | { readonly admitted: false; readonly refusal: Refusal };

/**
 * Decides whether a request may be forwarded, before any byte of it is sent. Rejects requests that
 * two servers could parse differently (request smuggling) and requests from foreign web pages.
 */
export function admit(line: RequestLine, facts: HeadFacts, rules: AccessRules): Admission {
  if (line.majorVersion !== 1) {
    const status = line.majorVersion > 1 ? 505 : 400;
    return no(status, 'http_version', 'The request must be one of HTTP/1.1 or HTTP/1.0.');
  }
  const framing = framingProblem(line, facts);
  if (framing !== null) return { admitted: false, refusal: framing };
  const target = parseTarget(line.method, line.target);
  if (target === null) {
    return no(400, 'invalid_target', 'The request line needs a path such as /v1/models.');
  }
  const host = facts.hosts[0] ?? null;
  for (const name of [host, target.authority]) {
    if (name !== null && name !== '' && !hostAllowed(rules, name)) return foreignHost(name);
  }
  for (const origin of facts.origins) {
    if (!originAllowed(rules, origin, host)) return foreignOrigin(origin);
  }
  return { admitted: true, target };
}

function framingProblem(line: RequestLine, facts: HeadFacts): Refusal | null {
  if (facts.hosts.length > 1) {
    return { status: 400, code: 'duplicate_host', message: 'The request carries Host twice.' };
  }
  if (facts.hosts.length === 0 && line.minorVersion > 0) {
    return { status: 400, code: 'missing_host', message: 'The request carries no Host header.' };
  }
  const codings = facts.transferEncodings;
  if (codings.length === 0) return null;
  if (line.minorVersion === 0 || facts.contentLength !== null) {
    return {
      status: 400,
      code: 'ambiguous_length',
      message: 'The request gives the length of its body in two ways.',
    };
  }
  if (codings.length > 1 || codings[0]?.toLowerCase() !== 'chunked') {
    return {
      status: 501,
      code: 'unknown_transfer_coding',
      message: 'The only transfer coding that requests may use is chunked.',
    };
  }
  return null;
}

function foreignHost(host: string): Admission {
  return no(
    403,
    'host_not_allowed',
    `Tokwatt does not serve under the name ${quote(host)}. Use localhost or an IP address, or add the name to allowedHosts in the settings.`,
  );
}

function foreignOrigin(origin: string): Admission {
  return no(
    403,
    'origin_not_allowed',
    `Pages of ${quote(origin)} may not use this server through Tokwatt. Add the origin to allowedOrigins in the settings to let them.`,
  );
}

function no(status: number, code: string, message: string): Admission {
  return { admitted: false, refusal: { status, code, message } };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
