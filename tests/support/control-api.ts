/** Calls the control API of a running Tokwatt, as an external program does. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ActivityRecord } from '../../shared/usage.ts';
import type { Wire } from '../../shared/wire.ts';
import type { Headless } from './headless.ts';

export type Row = Wire<ActivityRecord>;

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null if it is not JSON. */
  readonly body: Body;
}

/** The token in the data folder. */
export function tokenOf({ dataDir }: Pick<Headless, 'dataDir'>): string {
  return readFileSync(join(dataDir, 'api-token'), 'utf8').trim();
}

/**
 * Makes one call, with the token unless the headers set another. A string body is sent as it is.
 */
export async function call<Body = Record<string, unknown>>(
  tokwatt: Pick<Headless, 'api' | 'dataDir'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { authorization: `Bearer ${tokenOf(tokwatt)}` },
): Promise<Answer<Body>> {
  const content = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${tokwatt.api}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: content }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) as Body };
}

/** Makes a call that must succeed. */
export async function ask<Body>(
  tokwatt: Pick<Headless, 'api' | 'dataDir'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<Body> {
  const answer = await call<Body>(tokwatt, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** All pages of a listing in order. */
export async function allRows(tokwatt: Headless, query = ''): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const place: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: { activity: Row[]; next_cursor: string | null } = await ask(
      tokwatt,
      'GET',
      `/api/activity?${query}${place}`,
    );
    rows.push(...page.activity);
    cursor = page.next_cursor;
  }
  return rows;
}

/**
 * Sends raw bytes to the API's port and returns the raw answer, for requests that no client would
 * send.
 */
export function raw(api: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(api);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}
