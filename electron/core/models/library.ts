import { sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import { TokwattError } from '../errors.ts';
import { ask, failureOf } from './call.ts';
import { under } from '../proxy/target.ts';
import { libraryModels } from './library-page.ts';
import type { LibraryModel } from './library-page.ts';

const TIMEOUT_MS = 10_000;
const MAX_PAGE = 4 * 1024 * 1024;

export interface LibrarySearch {
  /** The library's address, such as `https://ollama.com`. */
  readonly base: string;
  /** Empty for popular models. */
  readonly query: string;
  readonly agent: string;
  readonly signal: AbortSignal;
}

/**
 * Searches the public model library, which has web pages but no API. Throws `library` with 502 if
 * it cannot be reached or its pages have changed, with 504 if it is too slow.
 */
export async function searchLibrary(search: LibrarySearch): Promise<LibraryModel[]> {
  const { base, query, agent, signal } = search;
  const url = under(new URL(base), '/search');
  url.searchParams.set('q', query);
  const headers = { accept: 'text/html', 'user-agent': agent };
  const limits = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_PAGE };
  const answer = await ask({ method: 'GET', url, headers, signal }, limits).catch(
    (error: unknown) => {
      const { code, message } = failureOf(error, false);
      throw failed(
        sentence('library_unreachable', { base, code, message }),
        code === 'TIMEOUT' ? 504 : 502,
      );
    },
  );
  if (answer.status !== 200) {
    throw failed(sentence('library_status', { base, status: String(answer.status) }));
  }
  const models = libraryModels(answer.text, base);
  if (models !== null) return models;
  throw failed(sentence('library_unreadable', { base, url: url.href }));
}

function failed(message: Sentence, status = 502): TokwattError {
  return new TokwattError('library', message, { status });
}
