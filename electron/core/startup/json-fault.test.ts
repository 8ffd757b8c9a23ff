import { expect, it } from 'vitest';
import { jsonObjectFault } from './json-fault.ts';

it.each([
  ['', 'it is empty'],
  [' \n', 'it is empty'],
  ['[1]', 'it is JSON, but no object in {…}'],
  ['null', 'it is JSON, but no object in {…}'],
  ['{"proxyPort": 1,}', 'expected a double-quoted property name at line 1 column 17'],
  ['{\n  "a": 1\n  "b": 2\n}', 'expected "," or the closing bracket at line 3 column 3'],
  ['{\r\n  "a": 1\r\n  "b": 2\r\n}', 'expected "," or the closing bracket at line 3 column 3'],
  ['{"a": [1, 2}', 'expected "," or the closing bracket at line 1 column 12'],
  ['{"a": [1,]}', 'expected a value at line 1 column 10'],
  ['{"a" 1}', 'expected ":" after the property name at line 1 column 6'],
  ['{a: 1}', 'expected a double-quoted property name or "}" at line 1 column 2'],
  ["{'a': 1}", 'expected a double-quoted property name or "}" at line 1 column 2'],
  ['{"a": 01}', 'expected "," or the closing bracket at line 1 column 8'],
  ['{"a": hunter2}', 'expected a value at line 1 column 7'],
  ['{"a": "C:\\x"}', 'a string that is not well formed begins at line 1 column 7'],
  ['{"a": "b\nc"}', 'a string that is not well formed begins at line 1 column 7'],
  ['{"a": 1} // note', 'expected nothing more at line 1 column 10'],
  ['// note\n{}', 'expected a value at line 1 column 1'],
  ['{"a": {"b": 1}', 'it ends too early, at line 1 column 15'],
  ['{"a": "b', 'expected a value at line 1 column 7'],
])('%j: %s', (text, fault) => {
  expect(jsonObjectFault(text)).toBe(fault);
});

it.each(['{}', ' {"a": [], "b": {}, "c": [[1e-3, -0.5], {"d": "\\u00e9\\""}], "e": null}\n'])(
  'has no word against %j',
  (text) => {
    expect(jsonObjectFault(text)).toBeNull();
  },
);

it('does not quote the text, and supports any depth', () => {
  expect(jsonObjectFault('{"password": "hunter2" "x"}')).not.toContain('hunter');
  expect(jsonObjectFault(`{"a": ${'['.repeat(50_000)}`)).toContain('it ends too early');
});
