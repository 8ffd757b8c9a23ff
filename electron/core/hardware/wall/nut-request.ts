import { once } from 'node:events';
import type { Socket } from 'node:net';
import { plain, sentence } from '../../../../shared/sentences.ts';
import type { PlainCode } from '../../../../shared/sentences.ts';
import { TokwattError } from '../../errors.ts';
import { createLineSplitter } from '../child-process/lines.ts';
import { connectLocally } from './local-connection.ts';
import type { LocalTarget } from './local-connection.ts';
import { parseNutLine } from './nut.ts';
import type { NutVariables } from './nut.ts';

const LIMIT_MS = 5000;
export const NUT_PORT = 3493;

/** What to do about an error of the server, by its code. A missing variable is no error. */
const HINTS: Readonly<Record<string, PlainCode>> = {
  'UNKNOWN-UPS': 'nut_no_ups',
  'ACCESS-DENIED': 'nut_denied',
  'DRIVER-NOT-CONNECTED': 'nut_lost',
  'DATA-STALE': 'nut_stale',
};

/**
 * Asks a NUT server for the load of a UPS. Rejects with a `wall_meter` error that says what to do.
 */
export async function askNut(
  target: Pick<LocalTarget, 'host' | 'port'>,
  ups: string,
  signal: AbortSignal,
): Promise<NutVariables> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  const socket = await connectLocally({ ...target, isTls: false }, limit);
  try {
    const ask = dialogue(socket, ups, limit);
    const realpower = await ask('ups.realpower');
    const load = await ask('ups.load');
    const nominal = load === null ? null : await ask('ups.realpower.nominal');
    socket.end('LOGOUT\n');
    return { realpower, load, nominal };
  } catch (error) {
    if (error instanceof TokwattError) throw error;
    const { host, port } = target;
    const message = sentence('nut_no_server', { host, port: String(port) });
    throw new TokwattError('wall_meter', message, { cause: error });
  } finally {
    socket.destroy();
  }
}

/** Asks for one variable after the other; null for one that the UPS does not have. */
function dialogue(
  socket: Socket,
  ups: string,
  signal: AbortSignal,
): (variable: string) => Promise<string | null> {
  const lines: string[] = [];
  let isClosed = false;
  const split = createLineSplitter((line) => {
    lines.push(line);
    socket.emit('line');
  });
  socket.on('data', split);
  socket.once('close', () => {
    isClosed = true;
    socket.emit('line');
  });
  return async (variable) => {
    socket.write(`GET VAR ${ups} ${variable}\n`);
    while (lines.length === 0) {
      if (isClosed) throw new Error('closed');
      await once(socket, 'line', { signal });
    }
    const answer = parseNutLine(lines.shift() ?? '');
    if (answer?.kind === 'value') return answer.value;
    if (answer?.code === 'VAR-NOT-SUPPORTED') return null;
    const code = answer?.code ?? null;
    if (code === null) throw new Error('no answer of a NUT server');
    const hint = HINTS[code];
    const message = hint === undefined ? sentence('nut_answered', { code }) : plain(hint);
    throw new TokwattError('wall_meter', message);
  };
}
