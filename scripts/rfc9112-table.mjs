// @ts-check
/** Writes docs/rfc9112.md: how many requests Tokwatt, Node and nginx take from each vector of tests/siege. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare } from '../tests/siege/rfc9112-run.mjs';
import { NGINX } from '../tests/siege/rfc9112-servers.mjs';
import { projectRoot } from './setup/project.mjs';

if (NGINX === undefined) throw new Error('There is no nginx; install nginx-light.');
const results = await compare();
const nginx = spawnSync(NGINX, ['-v'], { encoding: 'utf8' }).stderr.trim().replace(/^.*\//, '');
const sections = [...new Set(results.map(({ section }) => section))];

/** @param {import('../tests/siege/rfc9112-run.mjs').Outcome | null} outcome */
const shown = (outcome) => (outcome === null ? '' : `${outcome.taken} (${outcome.answer})`);
const tables = sections.map((section) => {
  const rows = results
    .filter((each) => each.section === section)
    .map(({ name, tokwatt, node, nginx: theirs }) =>
      [name, shown(tokwatt), shown(node), shown(theirs)].join(' | '),
    );
  return `## ${section}

| Request | Tokwatt | Node | nginx |
| --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join('\n')}
`;
});
const refused = results.filter(({ takes }) => takes === 0);
const exceptions = results
  .filter(({ exception }) => exception !== undefined)
  .map(({ section, name, exception }) => `- ${section}: ${name}. ${exception}.`);
const alone = (/** @type {'node' | 'nginx'} */ name) =>
  refused.filter((each) => (each[name]?.taken ?? 0) > 0).length;

const text = `# Requests that Tokwatt takes

${results.length} requests, sent as bytes to Tokwatt's proxy, to a bare server of Node ${process.versions.node} and to
nginx ${nginx} as a proxy. A figure is how many whole requests reached the server behind; in parentheses is the status that the
client got. Tokwatt takes no more than either of the others, except for those that are named below. Of the ${refused.length} malformed ones it takes none; Node takes
${alone('node')} and nginx ${alone('nginx')}. Sections are those of RFC 9112. \`node scripts/rfc9112-table.mjs\` writes this page, and a test
sends the requests.

${exceptions.join('\n')}

${tables.join('\n')}`;
const file = join(projectRoot, 'docs', 'rfc9112.md');
await writeFile(file, text);
execFileSync(process.execPath, ['node_modules/prettier/bin/prettier.cjs', '--write', file], {
  cwd: projectRoot,
});
