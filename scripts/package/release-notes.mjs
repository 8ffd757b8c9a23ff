// @ts-check
/** What a release says of itself, for the file that installed desktops ask: our changelog as plain text. */

/**
 * @param {string} markdown CHANGELOG.md
 * @param {string} version
 * @returns {string} the section of this version, otherwise that of what is unreleased; empty if there is neither
 */
export function releaseNotes(markdown, version) {
  const sections = markdown.split(/^## /m).slice(1);
  const ofVersion = sections.find((section) => section.startsWith(`[${version}]`));
  const section = ofVersion ?? sections.find((each) => each.startsWith('[Unreleased]')) ?? '';
  return section
    .replace(/^.*\n+/, '')
    .replaceAll(/\n {2}(?=\S)/g, ' ')
    .replaceAll(/^### /gm, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*|`/g, '')
    .trim();
}
