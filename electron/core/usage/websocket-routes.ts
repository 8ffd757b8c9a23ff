/** Which WebSocket connections carry messages that can be metered. The path alone decides. */
import type { Dialect, Route } from './extractor.ts';
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
export function routeWebSocket(path: string): WebSocketRoute {
  const route = routeRequest('GET', path);
  const plain = (splitPassthrough(route.endpoint)?.rest ?? route.endpoint).replace(/\/$/, '');
  const messages = rulesFor(plain);
  const isRealtime = messages === REALTIME_MESSAGES;
  const connection: Route = {
    ...route,
    operation: isRealtime ? 'audio' : route.operation,
    dialect: withoutBody(route.dialect, isRealtime),
  };
  return { connection, messages };
}

function rulesFor(path: string): MessageRules | null {
  if (path.endsWith('/responses')) return RESPONSES_MESSAGES;
  return path.endsWith('/realtime') ? REALTIME_MESSAGES : null;
}

/** The bytes of the client after the upgrade are not the body of its request. */
function withoutBody(dialect: Dialect, isRealtime: boolean): Dialect {
  return {
    id: dialect.id,
    request: () => ({ push: () => undefined, facts: () => NO_FACTS }),
    response: (route, facts, head) =>
      isRealtime && head.status === 101
        ? new RealtimeAnswer()
        : dialect.response(route, facts, head),
    errorBody: (error) => dialect.errorBody(error),
  };
}
