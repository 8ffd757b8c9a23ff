/**
 * Splits Markdown at empty lines between its blocks, so that only the last block is read again
 * while an answer grows. Code stays whole, and so do lists with empty lines in them. Joining the
 * blocks gives the text.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let block = '';
  let fence: string | null = null;
  let wasEmpty = false;
  for (const line of text.split(/(?<=\n)/)) {
    const isEmpty = line.trim() === '';
    // Indented lines and list items may belong to what stands above the empty line.
    const begins = !/^(?:\s|[-*+]\s|\d+[.)]\s)/.test(line);
    if (wasEmpty && fence === null && !isEmpty && begins && block !== '') {
      blocks.push(block);
      block = '';
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence === null) fence = mark;
    else if (mark !== null && mark.startsWith(fence.charAt(0)) && mark.length >= fence.length)
      fence = null;
    block += line;
    wasEmpty = isEmpty;
  }
  return block === '' ? blocks : [...blocks, block];
}
