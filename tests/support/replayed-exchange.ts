import { setImmediate as nextTurn } from 'node:timers/promises';
import { Exchange } from '../../electron/core/meter/exchange.ts';
import type { SeenRecord } from '../../electron/core/meter/record.ts';
import { Sessions } from '../../electron/core/meter/sessions.ts';
import type { Outcome } from '../../electron/core/proxy/tap.ts';
import { ruleEstimator } from '../../electron/core/usage/estimate.ts';
import type { Estimator } from '../../electron/core/usage/estimate.ts';
import { routeRequest } from '../../electron/core/usage/registry.ts';
import { activityRecord } from './records.ts';

const RULES = { bytesPerInputToken: 4, tokensPerOutputChunk: 1 };

/** A piece of an answer, and its delay after the previous one in milliseconds. */
export type TimedPiece = readonly [afterMs: number, piece: string | Buffer];

export interface Replay {
  readonly path: string;
  readonly request: object | string;
  /** The answer's Content-Type; an event stream by default. */
  readonly type?: string;
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly pieces: readonly TimedPiece[];
  readonly outcome?: Outcome;
  /** Time from the last piece to the end, milliseconds. */
  readonly tailMs?: number;
  /** By default the rules of the default settings. */
  readonly estimator?: Estimator;
  /** What the server was recognized as; unknown by default. */
  readonly serverKind?: string;
}

/**
 * The row of an exchange whose answer arrives on a simulated clock. It is the row of a running
 * Tokwatt without the fields that only the meter knows.
 */
export function replay(given: Replay): SeenRecord {
  return replayed(given).record;
}

/** The same for a compressed answer, whose decoding takes time. */
export async function replayDecoded(given: Replay): Promise<SeenRecord> {
  const { finished } = played(given);
  while (finished.length === 0) await nextTurn();
  return finished[0]!;
}

/** The row, and the exchange as it looked just before its end. */
export function replayed(given: Replay): {
  record: SeenRecord;
  live: ReturnType<Exchange['live']>;
} {
  const { live, finished } = played(given);
  const [record] = finished;
  if (record === undefined) throw new Error('the exchange did not finish at once');
  return { record, live };
}

/** Plays an exchange to its end. Its row is added to `finished`, at once or later. */
function played(given: Replay): {
  live: ReturnType<Exchange['live']>;
  finished: readonly SeenRecord[];
} {
  let now = 1_000;
  const finished: SeenRecord[] = [];
  const exchange = new Exchange(
    'x',
    {
      upstream: { name: 'u', url: new URL('http://127.0.0.1'), exactUsage: false },
      method: 'POST',
      target: given.path,
      rawHeaders: ['Content-Type', 'application/json'],
      remoteAddress: null,
      connection: null,
      at: 1_000_000,
      monotonicAt: now,
    },
    routeRequest('POST', given.path),
    activityRecord().client,
    {
      monotonic: () => now,
      now: () => 1_000_000 + now,
      onSent: () => undefined,
      onPrompt: () => undefined,
      onContent: () => undefined,
      onChange: () => undefined,
      serverKind: () => given.serverKind ?? null,
      onModel: () => undefined,
      onFinished: (record) => finished.push(record),
      onGone: () => undefined,
      onFailure: (error) => {
        throw error;
      },
      estimates: RULES,
      estimator: () => given.estimator ?? ruleEstimator(RULES),
      captures: null,
      sessions: new Sessions(),
    },
  );
  const { request, type = 'text/event-stream', headers = [] } = given;
  exchange.requestChunk(
    Buffer.from(typeof request === 'string' ? request : JSON.stringify(request)),
  );
  exchange.requestEnd();
  exchange.response(given.status ?? 200, ['Content-Type', type, ...headers]);
  for (const [afterMs, piece] of given.pieces) {
    now += afterMs;
    exchange.responseChunk(Buffer.from(piece));
  }
  const live = exchange.live();
  now += given.tailMs ?? 0;
  exchange.end(given.outcome ?? { kind: 'complete' });
  return { live, finished };
}
