import { expect, test } from 'vitest';
import { debianChangelog } from './debian-changelog.mjs';

const markdown = `# Changelog

## [Unreleased]

### Changed

- Not yet out.

## [1.2.0]

### Added

- A page of clients, with
  their names and with as many words as are needed to make a line too long.
- A tray.
`;
const release = { name: 'tokwatt', maintainer: 'A Name <a@b.invalid>', date: new Date(0) };

test("a version's changes are the entry that dpkg-parsechangelog reads", () => {
  expect(debianChangelog(markdown, { ...release, version: '1.2.0' })).toBe(
    `tokwatt (1.2.0) stable; urgency=medium

  * A page of clients, with their names and with as many words as are needed to
    make a line too long.
  * A tray.

 -- A Name <a@b.invalid>  Thu, 01 Jan 1970 00:00:00 +0000
`,
  );
});

test('a version without a section has what is unreleased', () => {
  expect(debianChangelog(markdown, { ...release, version: '1.3.0' })).toContain('  * Not yet out.');
  expect(debianChangelog('', { ...release, version: '1.3.0' })).toContain('  * Release 1.3.0.');
});
