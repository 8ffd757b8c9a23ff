/**
 * Makes docs/conformance.md: where each count of a row comes from, by API and kind of answer. Fails
 * if the document is not up to date; `-u` after Vitest's other arguments writes it anew.
 */
import { gzipSync } from 'node:zlib';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { COLUMNS, ROWS } from '../../../tests/support/conformance-cases.ts';
import type { Answer, Case, Column, Row } from '../../../tests/support/conformance-cases.ts';
import { replayDecoded } from '../../../tests/support/replayed-exchange.ts';
import type { Provenance } from '../../../shared/usage.ts';
import type { SeenRecord } from './record.ts';

const DOCUMENT = '../../../docs/conformance.md';
const COMMAND = 'npx vitest run --project unit electron/core/meter/conformance.test.ts -u';

const INTRODUCTION = `# Conformance

Where the token counts of a row come from, by API and kind of answer. A test plays answers in the shapes of real servers
through the meter and compares this table with the rows. The rules are in [metering.md](metering.md). This writes the
table anew:

\`\`\`sh suite
${COMMAND}
\`\`\`

- **exact**: the server's own count
- **derived**: computed from the server's counts
- **estimated**: estimated from bytes, chunks or characters, and marked with ≈
- **unknown**: no count
- **–**: the API has no such answer

Two words are for input and output. The columns _reasoning_ and _cached_ are about these parts of the tokens, all others
about the whole input and output. A _cut off_ answer lost its connection, and the server of a _no usage_ answer reports
no counts. Embeddings have no output.
`;

const WORDS: Readonly<Record<Provenance, string>> = {
  reported: 'exact',
  derived: 'derived',
  estimated: 'estimated',
};

const wordOf = (mark: Provenance | null): string => (mark === null ? 'unknown' : WORDS[mark]);

async function rowOf({ path, request, headers, body, cut }: Answer): Promise<SeenRecord> {
  const { 'content-type': type = '', ...others } = headers;
  return replayDecoded({
    path,
    request,
    type,
    headers: Object.entries(others).flat(),
    pieces: [[50, Buffer.from(body, others['content-encoding'] === 'gzip' ? 'latin1' : 'utf8')]],
    outcome: cut === true ? { kind: 'upstream-died', code: null } : { kind: 'complete' },
  });
}

function compressed({ answer, isExact }: Case): Case {
  const body = gzipSync(answer.body).toString('latin1');
  return {
    answer: { ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' }, body },
    isExact,
  };
}

function caseOf({ cases }: Row, column: Column): Case | null {
  if (column !== 'compressed') return cases[column] ?? null;
  const plain = cases.streamed ?? cases.unary;
  return plain === undefined ? null : compressed(plain);
}

async function cellOf(row: Row, column: Column): Promise<string> {
  const given = caseOf(row, column);
  if (given === null) return '–';
  const { usage, operation } = await rowOf(given.answer);
  const { input, cachedInput, output, reasoning } = usage.provenance;
  if (column === 'reasoning') return wordOf(reasoning);
  if (column === 'cached') return wordOf(cachedInput);
  if (operation === 'embedding') return wordOf(input);
  return [...new Set([input, output].map(wordOf))].join(', ');
}

async function tableCells(): Promise<string[][]> {
  return Promise.all(ROWS.map((row) => Promise.all(COLUMNS.map((column) => cellOf(row, column)))));
}

it('docs/conformance.md has what the meter does', async () => {
  const cells = await tableCells();
  const lines = [
    ['API', ...COLUMNS],
    ['', ...COLUMNS].map(() => '---'),
    ...ROWS.map(({ api }, index) => [api, ...(cells[index] ?? [])]),
  ].map((line) => `| ${line.join(' | ')} |`);
  const config = await resolveConfig(import.meta.filename);
  const text = await format(`${INTRODUCTION}\n${lines.join('\n')}\n`, {
    ...config,
    parser: 'markdown',
  });
  await expect(text).toMatchFileSnapshot(DOCUMENT);
});

it('counts that a server reports are taken as they are', async () => {
  const wrong: string[] = [];
  for (const row of ROWS) {
    for (const column of COLUMNS) {
      if (caseOf(row, column)?.isExact !== true) continue;
      const cell = await cellOf(row, column);
      if (cell !== 'exact') wrong.push(`${row.api}, ${column}: ${cell}`);
    }
  }
  expect(wrong).toEqual([]);
});
