import { expect, test } from 'vitest';
import { releaseNotes } from './release-notes.mjs';

const CHANGELOG = `# Changelog

## [Unreleased]

### Added

- Something that is **not** out, over
  two lines.

## [0.2.0] - 2026-12-01

### Fixed

- A \`flag\`; see [docs/x.md](docs/x.md).

## [0.1.0]

- First.
`;

test('the section of the version, as plain text', () => {
  expect(releaseNotes(CHANGELOG, '0.2.0')).toBe('Fixed\n\n- A flag; see docs/x.md.');
  expect(releaseNotes(CHANGELOG, '0.1.0')).toBe('- First.');
});

test('of a version without a section, what is unreleased', () => {
  expect(releaseNotes(CHANGELOG, '0.3.0')).toBe(
    'Added\n\n- Something that is not out, over two lines.',
  );
  expect(releaseNotes('# Changelog\n', '0.3.0')).toBe('');
});
