/** Which WebSocket connections carry messages that can be metered. The path alone decides. */
import type { Dialect, RequestFacts, Route } from './extractor.ts';
import { modelName } from './json-text.ts';
import type { MessageRules } from './message-rules.ts';
import { REALTIME_MESSAGES, RealtimeAnswer } from './realtime-messages.ts';
import { routeRequest } from './registry.ts';
import { NO_FACTS } from './request.ts';
import { RESPONSES_MESSAGES } from './responses-messages.ts';
import { splitPassthrough } from './routes.ts';

export interface WebSocketRoute {
  /** The route of the connection itself. */
  readonly connection: Route;
  /** How its messages are read; null if nothing in them is metered. */
  readonly messages: MessageRules | null;
}

/** Like `routeRequest`, for a request that asks for a WebSocket. */
export function routeWebSocket(target: string): WebSocketRoute {
  const route = routeRequest('GET', target);
  const plain = (splitPassthrough(route.endpoint)?.rest ?? route.endpoint).replace(/\/$/, '');
  const messages = rulesFor(plain);
  const isRealtime = messages === REALTIME_MESSAGES;
  const connection: Route = {
    ...route,
    operation: isRealtime ? 'audio' : route.operation,
    dialect: withoutBody(route.dialect, isRealtime ? modelInQuery(target) : null, isRealtime),
  };
  return { connection, messages };
}

function rulesFor(path: string): MessageRules | null {
  if (path.endsWith('/responses')) return RESPONSES_MESSAGES;
  return path.endsWith('/realtime') ? REALTIME_MESSAGES : null;
}

/** The model that a realtime connection asks for: `/v1/realtime?model=…`. Null if there is none. */
function modelInQuery(target: string): string | null {
  const query = /\?([^#]*)/.exec(target)?.[1] ?? '';
  return modelName(new URLSearchParams(query).get('model'));
}

/**
 * The bytes of the client after the upgrade are not the body of its request. All that the request
 * says is its model, if it has one.
 */
function withoutBody(dialect: Dialect, model: string | null, isRealtime: boolean): Dialect {
  const facts: RequestFacts = { ...NO_FACTS, model };
  return {
    ...dialect,
    request: () => ({ push: () => undefined, facts: () => facts }),
    response: (route, asked, head) =>
      isRealtime && head.status === 101
        ? new RealtimeAnswer()
        : dialect.response(route, asked, head),
  };
}
