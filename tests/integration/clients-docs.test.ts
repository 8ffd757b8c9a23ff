/** The list of clients in the documents is that of the window. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { expect, it } from 'vitest';
import { clientGuides } from '../../shared/connect/client-guides.ts';
import type { ClientGuide } from '../../shared/connect/client-guide.ts';
import { en } from '../../shared/messages/en/index.ts';

const FILE = new URL('../../docs/clients.md', import.meta.url);
const LIST = /<!-- clients -->.*<!-- \/clients -->/s;
const { client } = en.connect;

function entry({ name, place, text, note, docs }: ClientGuide): string {
  const where =
    'path' in place
      ? client.place[place.kind].replace('{path}', `\`${place.path}\``)
      : client.place[place.kind];
  const link = docs === null ? '' : ` ([${client.docs.toLowerCase()}](${docs}))`;
  const more = note === null ? '' : `\n\n${client.notes[note]}`;
  return `## ${name ?? client.other}\n\n${where}${link}\n\n\`\`\`\n${text}\n\`\`\`${more}`;
}

/** With UPDATE_DOCS=1 the list is written anew. */
it('docs/clients.md lists the clients of the table', async () => {
  const target = {
    proxyUrl: 'http://127.0.0.1:11435',
    kind: 'ollama',
    platform: 'linux',
    model: 'qwen3:8b',
  };
  const list = clientGuides(target).map(entry).join('\n\n');
  const present = readFileSync(FILE, 'utf8');
  const wanted = await format(
    present.replace(LIST, () => `<!-- clients -->\n\n${list}\n\n<!-- /clients -->`),
    {
      parser: 'markdown',
      printWidth: 120,
      proseWrap: 'preserve',
    },
  );
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, wanted);
  expect(readFileSync(FILE, 'utf8')).toBe(wanted);
});
