// @ts-check
/** Debian's form of our changelog: https://www.debian.org/doc/debian-policy/ch-source.html#s-dpkgchangelog */

/**
 * @param {string} markdown CHANGELOG.md
 * @param {{ name: string, version: string, maintainer: string, date: Date }} release
 * @returns {string} one entry: the section of this version, otherwise that of what is unreleased
 */
export function debianChangelog(markdown, { name, version, maintainer, date }) {
  const sections = markdown.split(/^## /m).slice(1);
  const ofVersion = sections.find((section) => section.startsWith(`[${version}]`));
  const section = ofVersion ?? sections.find((each) => each.startsWith('[Unreleased]')) ?? '';
  const changes = section
    .replaceAll(/\n {2}(?=\S)/g, ' ')
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .map((line) => `  * ${wrap(line.slice(2)).join('\n    ')}`);
  const lines = changes.length > 0 ? changes : [`  * Release ${version}.`];
  const day = date.toUTCString().replace('GMT', '+0000');
  return [
    `${name} (${version}) stable; urgency=medium`,
    '',
    ...lines,
    '',
    ` -- ${maintainer}  ${day}`,
    '',
  ].join('\n');
}

/**
 * @param {string} text
 * @returns {string[]} lines of up to 75 characters, as dpkg's and lintian's limit of 80 leaves beside the margin
 */
function wrap(text) {
  return text.match(/\S.{0,74}(?=\s|$)|\S+/g) ?? [];
}
