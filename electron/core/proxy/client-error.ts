import type { Refusal } from './refusal.ts';

/** The answer to a request that could not be parsed; null if the client has disconnected. */
export function clientErrorRefusal(code: string | null): Refusal | null {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        code: 'headers_too_large',
        message: 'The request carries more than 64 KiB of headers.',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        code: 'request_timeout',
        message: 'The head of the request did not arrive in time.',
      };
    case null:
    case 'ECONNRESET':
    case 'EPIPE':
      return null;
    default:
      return {
        status: 400,
        code: 'invalid_request',
        message: 'The request is not valid HTTP/1.1.',
      };
  }
}
