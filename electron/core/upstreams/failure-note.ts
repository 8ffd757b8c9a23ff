import { serverToStart } from './known-ports.ts';
import type { ProbeFailure } from './probe.ts';

/** Explains in one or two sentences why an upstream does not answer, and what to do. */
export function failureNote(url: URL, label: string | null, failure: ProbeFailure): string {
  const address = addressOf(url);
  switch (failure.code) {
    case 'ECONNREFUSED':
      return `${noAnswer(address, label)} (connection refused). ${start(url, label)}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${url.hostname} cannot be resolved. Check the address ${address} and the network.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return unreachable(address, url);
    case 'TIMEOUT':
      if (!failure.connected) return unreachable(address, url);
      return `${label ?? 'The server'} at ${address} takes connections but does not answer. It is busy or stuck; restart it if this stays.`;
    default:
      return otherFailure(address, url, failure);
  }
}

/** The note for an upstream that runs but rejects Tokwatt's own requests. */
export function lockedNote(hasKey: boolean): string {
  return hasKey
    ? 'It refuses the API key that is set for this upstream, so Tokwatt cannot list its models. Set another apiKey. Requests with a key of their own are metered.'
    : 'It needs an API key to list its models; set apiKey for this upstream. Requests with a key of their own are metered.';
}

export const UNRECOGNISED_NOTE =
  'It answers, but as no server that Tokwatt knows. Requests in a known format are metered.';

export const LOADING_NOTE = 'It is loading a model.';

/** The address as users write it: without a final slash and without credentials. */
function addressOf(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function noAnswer(address: string, label: string | null): string {
  return label === null
    ? `Nothing answers at ${address}`
    : `${label} no longer answers at ${address}`;
}

function start(url: URL, label: string | null): string {
  if (label !== null) return 'Start it again.';
  return `Start ${serverToStart(url)}, or name your server with --upstream URL.`;
}

function unreachable(address: string, url: URL): string {
  return `${address} cannot be reached. Check that ${url.hostname} is on and that no firewall is between.`;
}

function otherFailure(address: string, url: URL, failure: ProbeFailure): string {
  if (failure.code.startsWith('HPE_')) {
    return `What answers at ${address} does not speak HTTP. Check the port.`;
  }
  const secure = url.protocol === 'https:';
  if (secure && (failure.code === 'EPROTO' || failure.code.startsWith('ERR_SSL'))) {
    return `What answers at ${address} does not speak TLS. Try http:// instead.`;
  }
  if (secure && /CERT|SIGNATURE|ALTNAME/.test(failure.code)) {
    return `The certificate of ${address} is not trusted (${failure.code}). Add its authority to NODE_EXTRA_CA_CERTS.`;
  }
  if (!secure && failure.code === 'ECONNRESET') {
    return `${address} closes the connection without an answer. Check the port, or try https://.`;
  }
  return `${address} does not answer: ${failure.message} (${failure.code}).`;
}
