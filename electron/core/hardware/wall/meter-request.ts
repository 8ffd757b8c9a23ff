import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import { TokwattError, systemCode } from '../../errors.ts';
import { connectLocally } from './local-connection.ts';

/** Limit for one answer, milliseconds. */
const LIMIT_MS = 5000;
/** Largest answer that is read, bytes. A state of Home Assistant has a few hundred. */
const MAX_BYTES = 256 * 1024;

/** What to do about a status, by status. */
const STATUSES = {
  401: 'wall_needs_password',
  403: 'wall_refuses',
  404: 'wall_no_page',
} as const;

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
    const reason = limit.aborted
      ? sentence('wall_too_late', { seconds: String(LIMIT_MS / 1000) })
      : codeOf(error);
    const message = sentence('wall_not_answered', { host: url.host, reason });
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
    if (size > MAX_BYTES) {
      throw refused(sentence('wall_too_much', { host: url.host }));
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(url: URL, body: string, status: number): unknown {
  // Only the host is named: an address may contain more than others should see.
  const { host } = url;
  if (status >= 300 && status < 400) {
    throw refused(sentence('wall_redirects', { host, status: String(status) }));
  }
  if (status !== 200) {
    const code = isKnown(status) ? STATUSES[status] : 'wall_status';
    throw refused(sentence(code, { host, status: String(status) }));
  }
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw refused(sentence('wall_no_json', { host }));
  }
}

function isKnown(status: number): status is keyof typeof STATUSES {
  return Object.hasOwn(STATUSES, status);
}

function refused(said: Sentence): TokwattError {
  return new TokwattError('wall_meter', said);
}

function codeOf(error: unknown): string {
  return systemCode(error) ?? (error instanceof Error ? error.name : 'failed');
}
