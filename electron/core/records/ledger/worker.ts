import { parentPort, workerData } from 'node:worker_threads';
import { backup, checkImport } from './backup.ts';
import { failureOf } from './failures.ts';
import type { FileCalls } from './ledger-calls.ts';
import type { Handlers, RequestMessage, ResponseMessage } from './protocol.ts';
import { openReader } from './reader.ts';
import type { WorkerData } from './worker-rpc.ts';
import { Writer } from './writer.ts';

/** The entry point of the ledger's threads. Only these threads use SQLite. */
function handlersFor({ role, path }: WorkerData): object {
  if (role === 'writer') return new Writer(path);
  if (role === 'reader') return openReader(path);
  const files: Handlers<FileCalls> = {
    backup: (target) => backup(path, target),
    checkImport: ({ file, now }) => checkImport(path, file, now),
    close: () => undefined,
  };
  return files;
}

type Handler = (input: unknown) => unknown;

async function answer(handlers: object, { call, op, input }: RequestMessage): Promise<void> {
  let response: ResponseMessage;
  try {
    const handler = Reflect.get(handlers, op) as Handler;
    response = { call, output: await handler(input) };
  } catch (error) {
    response = { call, failure: failureOf(error) };
  }
  parentPort?.postMessage(response);
  // Nothing listens any more, so the thread ends by itself. It is never terminated from outside,
  // because terminating it during a driver call would end the whole process.
  if (op === 'close') parentPort?.close();
}

/**
 * If the file cannot be opened for reading, each query gets this error, and the thread continues.
 */
function start(): void {
  let handlers: object | null = null;
  parentPort?.on('message', (message: RequestMessage) => {
    try {
      handlers ??= handlersFor(workerData as WorkerData);
    } catch (error) {
      parentPort?.postMessage({ call: message.call, failure: failureOf(error) });
      if (message.op === 'close') parentPort?.close();
      return;
    }
    void answer(handlers, message);
  });
}

start();
