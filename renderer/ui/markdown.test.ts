import { describe, expect, it } from 'vitest';
import { markdownTable } from './markdown.ts';

describe('a table in Markdown', () => {
  it('aligns figures, and keeps any text in its cell', () => {
    const heads = [
      { title: 'Model', numeric: false },
      { title: 'Requests', numeric: true },
    ];
    const rows = [
      ['a|b\\c', '1,204'],
      ['two\nlines', '–'],
    ];
    expect(markdownTable(heads, rows)).toBe(
      [
        '| Model | Requests |',
        '| --- | ---: |',
        '| a\\|b\\\\c | 1,204 |',
        '| two lines | – |',
      ].join('\n'),
    );
  });
});
