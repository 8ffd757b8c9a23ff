import { open } from 'node:fs/promises';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import { systemCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PriceBook } from './price-book.ts';
import { MAX_LIST, PriceImportFault, parsePriceList } from './price-lists.ts';

/** Imports a list of token prices from a file. Returns what is wrong, for the user; null if nothing. */
export async function importPriceFile(
  book: Pick<PriceBook, 'import'>,
  path: string,
  log: Log,
): Promise<Sentence | null> {
  try {
    const { models } = book.import(parsePriceList(await contentOf(path)), Date.now());
    log.info({ models }, 'token prices were imported from the file of --prices');
    return null;
  } catch (error) {
    const reason =
      error instanceof PriceImportFault
        ? error.said
        : sentence('prices_code', { code: systemCode(error) ?? 'It failed' });
    const problem = sentence('token_prices_not_imported', { path, reason });
    log.warn({}, inEnglish(problem));
    return problem;
  }
}

async function contentOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    // Parsed text is never longer than its bytes.
    if (size > MAX_LIST) throw new PriceImportFault(sentence('price_list_too_long'));
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
