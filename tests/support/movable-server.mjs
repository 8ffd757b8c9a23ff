// @ts-check
/**
 * A server that is recognised as Ollama and listens, like it, where OLLAMA_HOST says. It is a program
 * of its own, so that it can be stopped and started on another port.
 */
import { createServer } from 'node:http';

const [host, port] = (process.env.OLLAMA_HOST ?? process.argv[2] ?? '').split(':');
/** @type {Readonly<Record<string, string>>} */
const ANSWERS = {
  '/': 'Ollama is running',
  '/api/version': '{"version":"0.33.0"}',
  '/api/ps': '{"models":[]}',
  '/api/tags': '{"models":[]}',
  '/v1/models': '{"object":"list","data":[{"id":"m:latest","owned_by":"library"}]}',
  '/api/chat':
    '{"model":"m:latest","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop","prompt_eval_count":7,"eval_count":2}',
};

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    const body = ANSWERS[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '');
  });
});
server.listen(Number(port), host, () => process.stdout.write('listening\n'));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
});
