import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { TokwattError, systemCode } from '../../errors.ts';
import { connectLocally } from './local-connection.ts';

/** Limit for one answer, milliseconds. */
const LIMIT_MS = 5000;
/** Largest answer that is read, bytes. A state of Home Assistant has a few hundred. */
const MAX_BYTES = 256 * 1024;

/** What to do about a status, by status. */
const STATUS_HINTS: Readonly<Record<number, string>> = {
  401: 'It asks for a password or token: set the token, or switch off its password for the local network',
  403: 'It refuses access: check the token and its settings',
  404: 'It has no such page or sensor: check kind, address and entity',
};

/**
 * The JSON answer to a GET. Never follows a redirect and never leaves the local network. Rejects with
 * a `wall_meter` error that says what to do.
 */
export async function getJson(
  url: URL,
  { token, signal }: { readonly token: string | null; readonly signal: AbortSignal },
): Promise<unknown> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  try {
    return await ask(url, token, limit);
  } catch (error) {
    if (error instanceof TokwattError && !limit.aborted) throw error;
    const reason = limit.aborted ? `no answer in ${LIMIT_MS / 1000} s` : codeOf(error);
    const message = `${url.host} did not answer (${reason}). Is the meter on, and is the address right?`;
    throw new TokwattError('wall_meter', message, { cause: error });
  }
}

async function ask(url: URL, token: string | null, signal: AbortSignal): Promise<unknown> {
  const isTls = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (isTls ? 443 : 80));
  const socket = await connectLocally({ host, port, isTls }, signal);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = {
        accept: 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      };
      // The socket is connected already, so neither a proxy nor another lookup comes in between.
      request({
        createConnection: () => socket,
        agent: false,
        host: url.hostname,
        port,
        path: `${url.pathname}${url.search}`,
        headers: { ...headers, host: url.host, connection: 'close' },
        signal,
      })
        .once('response', resolve)
        .once('error', reject)
        .end();
    });
    return parsed(url, await bodyOf(url, response), response.statusCode ?? 0);
  } finally {
    socket.destroy();
  }
}

async function bodyOf(url: URL, response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw refused(url, 'sent too much for a meter. Check kind and address.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(url: URL, body: string, status: number): unknown {
  if (status >= 300 && status < 400) {
    throw refused(url, `answered with a redirect (${status}). Set the address it leads to.`);
  }
  if (status !== 200) {
    const hint = STATUS_HINTS[status] ?? 'Check kind and address';
    throw refused(url, `answered with status ${status}. ${hint}.`);
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw refused(url, 'did not answer with JSON. Check kind and address.');
  }
}

/** Names the host only: an address may contain more than others should see. */
function refused(url: URL, what: string): TokwattError {
  return new TokwattError('wall_meter', `${url.host} ${what}`);
}

function codeOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.name : 'failed');
}
