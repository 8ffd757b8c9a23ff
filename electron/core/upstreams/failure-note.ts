import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import { serverToStart } from './known-ports.ts';
import type { ProbeFailure } from './probe.ts';

/** Explains in one or two sentences why an upstream does not answer, and what to do. */
export function failureNote(url: URL, label: string | null, failure: ProbeFailure): Sentence {
  const address = addressOf(url);
  const host = url.hostname;
  switch (failure.code) {
    case 'ECONNREFUSED':
      return label === null
        ? sentence('nothing_answers', { address, server: serverToStart(url) })
        : sentence('no_longer_answers', { address, label });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return sentence('name_unresolved', { host, address });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return sentence('server_unreachable', { address, host });
    case 'TIMEOUT':
      return failure.connected
        ? sentence('server_stuck', { label: label ?? { text: 'the_server_there' }, address })
        : sentence('server_unreachable', { address, host });
    default:
      return otherFailure(address, url, failure);
  }
}

/** The note for an upstream that runs but rejects Tokwatt's own requests. */
export function lockedNote(hasKey: boolean): Sentence {
  return hasKey ? sentence('key_refused') : sentence('key_needed');
}

export const UNRECOGNISED_NOTE = sentence('server_unrecognised');

export const LOADING_NOTE = sentence('server_loading');

/** The address as users write it: without a final slash and without credentials. */
function addressOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function otherFailure(address: string, url: URL, { code, message }: ProbeFailure): Sentence {
  if (code.startsWith('HPE_')) return sentence('no_http', { address });
  const secure = url.protocol === 'https:';
  if (secure && (code === 'EPROTO' || code.startsWith('ERR_SSL'))) {
    return sentence('no_tls', { address });
  }
  if (secure && /CERT|SIGNATURE|ALTNAME/.test(code)) {
    return sentence('untrusted_certificate', { address, code });
  }
  if (!secure && code === 'ECONNRESET') return sentence('closes_connection', { address });
  return sentence('does_not_answer', { address, message, code });
}
