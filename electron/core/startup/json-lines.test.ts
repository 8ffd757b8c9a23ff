import { expect, it } from 'vitest';
import { lineOf } from './json-lines.ts';

const TEXT = `{
  "bind": "{a, \\"b\\": [", "proxyPort": 1,
  "upstreams": [
    { "name": "a",
      "url": "http://a" },

    {
      "n\\u0061me": "b", "url": { "deep": [1, 2,
        -3e5] }
    }
  ],
  "empty": [], "none": {}, "retention": { "days":
    90 },
  "bind": true
}`;

it.each([
  ['proxyPort', 2],
  ['upstreams', 3],
  ['upstreams.0', 4],
  ['upstreams.0.url', 5],
  ['upstreams.1', 7],
  ['upstreams.1.name', 8],
  ['upstreams.1.url.deep.2', 9],
  ['empty', 12],
  ['none', 12],
  ['retention.days', 13],
  // Of duplicates, the last one counts.
  ['bind', 14],
  // A missing member has the line of its parent.
  ['upstreams.0.port', 4],
  ['upstreams.7.name', 3],
  ['retention.maxBytes', 12],
  ['proxyPortal', null],
  ['', null],
])('%s is on line %j', (path, line) => {
  expect(lineOf(TEXT, path)).toBe(line);
  expect(lineOf(TEXT.replaceAll('\n', '\r\n'), path)).toBe(line);
});
