// @ts-check
/**
 * The baseline: a proxy of only `node:http` in its own process. It forwards header lines and bytes
 * as they come, with a pool of kept connections, and inspects and stores nothing. `node
 * bench/pipe.mjs UPSTREAM`
 */
import { Agent, createServer, request as httpRequest } from 'node:http';

const upstream = new URL(process.argv[2] ?? '');
const agent = new Agent({ keepAlive: true });

const server = createServer((request, response) => {
  const up = httpRequest({
    host: upstream.hostname,
    port: upstream.port,
    method: request.method,
    path: request.url,
    headers: request.rawHeaders,
    agent,
  });
  request.pipe(up);
  up.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  up.on('error', () => response.destroy());
  response.on('error', () => undefined);
  response.on('close', () => {
    if (!response.writableFinished) up.destroy();
  });
});
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ ready: `http://127.0.0.1:${port}` });
});
