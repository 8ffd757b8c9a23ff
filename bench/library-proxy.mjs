// @ts-check
/** A common kind of proxy for comparison: npm `http-proxy` with a pool of kept connections. */
import { Agent, createServer } from 'node:http';
import { createRequire } from 'node:module';

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {{ web: (request: Request, response: Response) => void, on: (event: 'error', listener: () => void) => void }} Proxy
 * @typedef {{ createProxyServer: (options: object) => Proxy }} Library
 */

const library = /** @type {Library} */ (createRequire(import.meta.url)('http-proxy'));
const [, , upstream] = process.argv;
const agent = new Agent({ keepAlive: true });
const proxy = library.createProxyServer({ target: upstream, agent });
proxy.on('error', () => undefined);

const server = createServer((request, response) => proxy.web(request, response));
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.send?.({ ready: `http://127.0.0.1:${port}` });
});
