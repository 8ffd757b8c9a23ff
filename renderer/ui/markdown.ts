/** A table in Markdown, as GitHub understands it. Numeric columns are aligned at the right. */
export function markdownTable(
  heads: readonly { readonly title: string; readonly numeric: boolean }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  return [
    line(heads.map(({ title }) => title)),
    `| ${heads.map(({ numeric }) => (numeric ? '---:' : '---')).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}

/** A bar would end the cell, and a line break the row. */
function escaped(text: string): string {
  return text.replace(/\\/g, '\\\\').replace(/\|/g, '\\|').replace(/\s+/g, ' ').trim();
}
