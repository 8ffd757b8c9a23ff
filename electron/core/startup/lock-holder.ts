import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import * as v from 'valibot';

/** Longest time for a question or an answer, milliseconds. Both are one line on a local socket. */
const TIMEOUT_MS = 2_000;
const MAX_LINE = 4_096;
const NONCE_BYTES = 16;

const holderSchema = v.object({
  pid: v.number(),
  /** When it took the lock, Unix milliseconds. */
  since: v.number(),
  version: v.string(),
  kind: v.picklist(['desktop', 'headless']),
  /** The address of its API; null until it listens. */
  api: v.nullable(v.string()),
  proof: v.nullable(v.string()),
});

/** The process that holds the lock of a data folder, as it describes itself. */
export interface LockHolder extends Omit<v.InferOutput<typeof holderSchema>, 'proof'> {
  /**
   * True if the holder has this API token. A process of another user that listens in its place does
   * not, so the token must not be sent to its address.
   */
  knowsToken(token: string): boolean;
}

/** `nobody`: nothing listens. `silent`: something listens that does not say who it is. */
export type Asked = LockHolder | 'nobody' | 'silent';

/** What a holder says of itself, and the token of its API. */
export interface HolderSelf extends Pick<LockHolder, 'pid' | 'since' | 'version' | 'kind' | 'api'> {
  /** Null until the API listens. */
  readonly token: (() => string | Promise<string>) | null;
}

/** Asks who listens at the address of a lock. Never rejects. */
export async function askHolder(address: string): Promise<Asked> {
  const nonce = randomBytes(NONCE_BYTES).toString('hex');
  const socket = createConnection(address);
  const isThere = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  const line = lineOf(socket);
  if (!(await isThere)) return 'nobody';
  socket.write(`${nonce}\n`);
  return parsed(await line, nonce) ?? 'silent';
}

/** Answers one question with a line of JSON, and closes the connection. */
export async function answerAsHolder(socket: Socket, self: () => HolderSelf): Promise<void> {
  const nonce = await lineOf(socket);
  if (nonce === null || !/^[0-9a-f]{32}$/.test(nonce)) return;
  const { token, ...holder } = self();
  const proof = token === null ? null : proofOf(await token(), nonce, holder.api);
  if (!socket.destroyed) socket.end(`${JSON.stringify({ ...holder, proof })}\n`);
}

/** The first line from a socket; null if it ends, fails or takes too long before. */
function lineOf(socket: Socket): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const end = (line: string | null): void => {
      if (line === null) socket.destroy();
      resolve(line);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(TIMEOUT_MS, () => end(null));
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('data', (piece: string) => {
      text += piece;
      const at = text.indexOf('\n');
      if (at !== -1) end(text.slice(0, at));
      else if (text.length > MAX_LINE) end(null);
    });
  });
}

function parsed(line: string | null, nonce: string): LockHolder | null {
  const holder = v.safeParse(v.pipe(v.string(), v.parseJson(), holderSchema), line);
  if (!holder.success) return null;
  const { proof, ...rest } = holder.output;
  return {
    ...rest,
    knowsToken: (token) => proof !== null && isEqual(proof, proofOf(token, nonce, rest.api)),
  };
}

/** The address is part of it, so that nobody in between can name another one. */
function proofOf(token: string, nonce: string, api: string | null): string {
  return createHmac('sha256', token)
    .update(`tokwatt-lock ${nonce} ${api ?? ''}`)
    .digest('hex');
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
