import { describe, expect, it } from 'vitest';
import { sorted } from './sorted.ts';
import type { Column } from './Table.tsx';

interface Row {
  readonly name: string;
  readonly tokens: number | null;
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', head: 'Name', narrow: 'lead', cell: ({ name }) => name },
  {
    key: 'tokens',
    head: 'Tokens',
    narrow: 'keep',
    numeric: true,
    cell: ({ tokens }) => tokens ?? '–',
    value: ({ tokens }) => tokens,
  },
];
const ROWS: readonly Row[] = [
  { name: 'b10', tokens: 5 },
  { name: 'b9', tokens: null },
  { name: 'a', tokens: 12 },
];
const names = (key: string, direction: 'ascending' | 'descending'): string[] =>
  sorted(ROWS, COLUMNS, { key, direction }).map(({ name }) => name);

describe('sorting a table', () => {
  it('orders figures by value, and unknown ones last in both directions', () => {
    expect(names('tokens', 'descending')).toEqual(['a', 'b10', 'b9']);
    expect(names('tokens', 'ascending')).toEqual(['b10', 'a', 'b9']);
  });

  it('orders names as people do', () => {
    expect(names('name', 'ascending')).toEqual(['a', 'b9', 'b10']);
    expect(names('nothing', 'ascending')).toEqual(['b10', 'b9', 'a']);
  });
});
