/** Recognizes what servers and gateways send in place of an answer to an inference request. */
import type { NoAnswer } from '../../../shared/usage.ts';

/** No Content, Reset Content, Not Modified: these have no body by definition. */
const EMPTY_STATUSES: ReadonlySet<number> = new Set([204, 205, 304]);
const HTML_TYPES: ReadonlySet<string> = new Set(['text/html', 'application/xhtml+xml']);
const XML_TYPES: ReadonlySet<string> = new Set(['text/xml', 'application/xml']);
const LESS_THAN = 0x3c;

/** What a status below 400 sends in place of an answer; null if an answer may follow. */
export function noAnswerByStatus(status: number): NoAnswer | null {
  if (EMPTY_STATUSES.has(status)) return 'empty_answer';
  return status >= 300 ? 'redirected' : null;
}

/**
 * Whether a body that is neither JSON nor an event stream is a web page: a login page or a captive
 * portal. Some gateways send pages with the type of the API or without one, so markup counts as a
 * page there too. In plain text, `<` is legitimate (a transcription).
 *
 * @param first the first byte that is not blank
 */
export function isWebPage(mediaType: string, first: number): boolean {
  if (HTML_TYPES.has(mediaType)) return true;
  const mayBeMarkup = mediaType === '' || mediaType.endsWith('json') || XML_TYPES.has(mediaType);
  return first === LESS_THAN && mayBeMarkup;
}
