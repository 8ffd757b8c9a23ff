/** A model server that speaks WebSocket, and a real meter behind the real proxy in front of it. */
import { once } from 'node:events';
import http from 'node:http';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { PerMessageDeflateOptions } from 'ws';
import type { CaptureContent } from '../../electron/core/meter/capture-content.ts';
import type { Meter } from '../../electron/core/meter/meter.ts';
import { RunningExchanges } from '../../electron/core/proxy/cancel.ts';
import type { ActivityRecord } from '../../shared/usage.ts';
import { listenOn, recordingLog, startProxy, until } from '../integration/proxy/lab.ts';
import type { LogLine } from '../integration/proxy/lab.ts';
import { CAPTURING, testMeter } from './test-meter.ts';

export type Deflate = boolean | PerMessageDeflateOptions;

export interface UpstreamOptions {
  readonly deflate?: Deflate;
  /** Called for each message of the client. */
  readonly onMessage?: (text: string, socket: WebSocket) => void;
  /** Refuses the upgrade with this status and body. */
  readonly refuse?: readonly [status: number, body: string];
}

export interface WebSocketUpstream {
  readonly port: number;
  readonly received: string[];
  readonly requests: IncomingMessage[];
  readonly sockets: WebSocket[];
}

export async function startWebSocketUpstream(
  options: UpstreamOptions = {},
): Promise<WebSocketUpstream> {
  const { deflate = false, refuse } = options;
  const server = http.createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: deflate });
  const upstream = { received: [], requests: [], sockets: [] } as Omit<WebSocketUpstream, 'port'>;
  server.on('upgrade', (request, socket, head) => {
    upstream.requests.push(request);
    if (refuse !== undefined) {
      const [status, body] = refuse;
      const type = 'Content-Type: application/json';
      socket.end(
        `HTTP/1.1 ${status} No\r\n${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      upstream.sockets.push(client);
      client.on('error', () => undefined);
      client.on('message', (data: Buffer) => {
        upstream.received.push(data.toString());
        options.onMessage?.(data.toString(), client);
      });
    });
  });
  const port = await listenOn(server);
  onTestFinished(() => {
    for (const client of upstream.sockets) client.terminate();
    server.close();
    server.closeAllConnections();
  });
  return { ...upstream, port };
}

export interface MeteredProxy {
  readonly url: string;
  readonly meter: Meter;
  /** The exchanges that the proxy can cancel. */
  readonly running: RunningExchanges;
  readonly rows: ActivityRecord[];
  readonly captures: (CaptureContent | null)[];
  readonly errors: () => LogLine[];
  /** Waits for this number of rows and for the end of everything in flight. */
  readonly settled: (rows: number) => Promise<ActivityRecord[]>;
}

export async function startMeteredProxy(upstreamPort: number): Promise<MeteredProxy> {
  const log = recordingLog();
  const rows: ActivityRecord[] = [];
  const captures: (CaptureContent | null)[] = [];
  const meter = testMeter(rows, {
    settings: () => CAPTURING,
    onRecord: (record, { capture }) => {
      rows.push(record);
      captures.push(capture);
    },
    log,
  });
  const running = new RunningExchanges();
  const options = { tap: meter, log, running };
  const { port } = await startProxy(`http://127.0.0.1:${upstreamPort}`, options);
  return {
    url: `ws://127.0.0.1:${port}`,
    meter,
    running,
    rows,
    captures,
    errors: () => log.lines.filter(({ level }) => level === 'error'),
    settled: async (count) => {
      await until(
        () => rows.length >= count,
        () => `${rows.length} of ${count} rows: ${JSON.stringify(rows)}`,
      );
      await meter.settle(5_000);
      return rows;
    },
  };
}

export interface Client {
  readonly socket: WebSocket;
  readonly received: string[];
  send(message: object): void;
  /** Resolves once a message of this type was received this many times. */
  got(type: string, times?: number): Promise<void>;
  /** Closes with a Close frame and waits for the answer. */
  close(): Promise<void>;
}

export async function connectWebSocket(url: string, deflate: Deflate = false): Promise<Client> {
  const socket = new WebSocket(url, { perMessageDeflate: deflate });
  const received: string[] = [];
  socket.on('message', (data: Buffer) => void received.push(data.toString()));
  socket.on('error', () => undefined);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return {
    socket,
    received,
    send: (message) => socket.send(JSON.stringify(message)),
    got: (type, times = 1) =>
      until(
        () => received.filter((text) => text.includes(`"type":"${type}"`)).length >= times,
        () => `waiting for ${type}, got ${received.join('\n')}`,
      ),
    close: async () => {
      socket.close(1000);
      await once(socket, 'close');
    },
  };
}
