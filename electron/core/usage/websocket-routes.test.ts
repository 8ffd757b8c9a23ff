import { expect, test } from 'vitest';
import { REALTIME_MESSAGES } from './realtime-messages.ts';
import { RESPONSES_MESSAGES } from './responses-messages.ts';
import { routeWebSocket } from './websocket-routes.ts';

test.each([
  ['/v1/responses', RESPONSES_MESSAGES, 'other'],
  ['/v1/responses/', RESPONSES_MESSAGES, 'other'],
  ['/backend-api/codex/responses', RESPONSES_MESSAGES, 'other'],
  ['/upstream/some/model/v1/responses', RESPONSES_MESSAGES, 'other'],
  ['/v1/realtime', REALTIME_MESSAGES, 'audio'],
  ['/v1/responses/resp_1', null, 'other'],
  ['/v1/chat/completions', null, 'other'],
  ['/api/chat', null, 'other'],
  ['/ws', null, 'other'],
  ['', null, 'other'],
])('the messages of a WebSocket on %s are known by its path', (path, messages, operation) => {
  const route = routeWebSocket(path);
  expect(route.messages).toBe(messages);
  expect(route.connection).toMatchObject({ endpoint: path, operation, inference: false });
});

test.each([
  ['/v1/realtime?model=gpt-rt', 'gpt-rt'],
  ['/v1/realtime?intent=x&model=org%2Fgpt+rt', 'org/gpt rt'],
  ['/v1/realtime?model=', null],
  ['/v1/realtime', null],
  ['/v1/responses?model=gpt-rt', null],
])('a connection to %s asks for the model %s', (path, model) => {
  const { connection } = routeWebSocket(path);
  expect(connection.dialect.request(connection, () => undefined).facts()).toMatchObject({ model });
});

test('an exchange takes the model from the path, as in a request over HTTP', () => {
  const endpoint = '/upstream/some/model/v1/responses';
  const rules = RESPONSES_MESSAGES.exchanges!;
  const reader = rules.request(endpoint);
  reader.push(Buffer.from('{"type":"response.create","model":"other"}'));
  expect(reader.lane).toBe('');
  expect(reader.facts()).toMatchObject({ model: 'some/model', stream: true });
  expect(rules.route(endpoint, reader)).toMatchObject({ api: 'openai', inference: true });
});
