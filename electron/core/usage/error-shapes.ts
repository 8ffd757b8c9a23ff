/** The shapes of error documents that the clients of each API expect. */
import { CANCELLED_STATUS } from '../proxy/cancel.ts';
import type { ProxyError } from './dialect.ts';

/** `{"error": {message, type, param, code}}` */
export function openAiError({ status, code, message }: ProxyError): object {
  return { error: { message, type: openAiErrorType(status), param: null, code } };
}

function openAiErrorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  if (status === CANCELLED_STATUS) return 'cancelled';
  return status < 500 ? 'invalid_request_error' : 'api_error';
}

/**
 * The event `error` of OpenAI's Responses API. `error` inside repeats it, because the SDKs throw only
 * for events with this member.
 */
export function responsesErrorEvent(error: ProxyError): unknown {
  const { code, message } = error;
  return { type: 'error', code, message, param: null, ...openAiError(error) };
}

/** LM Studio's event `error`: `{"type": "error", "error": {message, type, param, code}}` */
export function lmStudioErrorEvent(error: ProxyError): unknown {
  return { type: 'error', ...openAiError(error) };
}

/** `{"type": "error", "error": {type, message}}` */
export function anthropicError({ status, message }: ProxyError): unknown {
  return { type: 'error', error: { type: openAiErrorType(status), message } };
}

/** `{"error": "text"}` */
export function ollamaError({ message }: ProxyError): unknown {
  return { error: message };
}

/** `{"error": {code, message, type}}`, where the code is the HTTP status. */
export function llamaCppError({ status, message }: ProxyError): unknown {
  const type = status === 503 ? 'unavailable_error' : openAiErrorType(status);
  return { error: { code: status, message, type: status === 502 ? 'server_error' : type } };
}

/** Hugging Face's inference servers: `{"error": "text", "error_type": "kind"}` */
export function inferenceServerError({ code, message }: ProxyError): unknown {
  return { error: message, error_type: code };
}
