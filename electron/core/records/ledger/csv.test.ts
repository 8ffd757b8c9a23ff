import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('quotes after RFC 4180', () => {
  expect(csvLine(['plain', 'a,b', 'say "hi"', 'two\nlines', '', null, true, -1.5])).toBe(
    'plain,"a,b","say ""hi""","two\nlines",,,true,-1.5\r\n',
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])(
  'keeps a spreadsheet from running %j',
  (text) => {
    expect(csvLine([text])).toMatch(/^"?'/);
  },
);

test('does not change negative numbers', () => {
  expect(csvLine([-12, -0.5])).toBe('-12,-0.5\r\n');
});
