import { expect, test } from 'vitest';
import { licencesText, packageFolder } from './licences.mjs';

const MIT = 'Permission is hereby granted to anyone, without warranty.';
const made = (name: string, texts: readonly string[], licence = 'MIT') => ({
  ...{ name, version: '1.0.0', licence, author: 'Ann', texts: [...texts] },
});

test.each([
  ['/a/node_modules/zod/v4/index.js', '/a/node_modules/zod'],
  ['/a/node_modules/@x/y/index.js?commonjs-proxy', '/a/node_modules/@x/y'],
  ['\0/a/node_modules/b/node_modules/c/i.js', '/a/node_modules/b/node_modules/c'],
  ['C:\\a\\node_modules\\b\\i.js', 'C:/a/node_modules/b'],
  ['/a/electron/core/core.ts', null],
  ['\0vite/preload-helper.js', null],
])('the package of %j', (id, folder) => {
  expect(packageFolder(id)).toBe(folder);
});

test('lists each package, and each text once with all owners', () => {
  const text = licencesText([
    made('b', [`MIT License\n\nCopyright (c) 2020 Bob\n\n${MIT}`]),
    made('a', [`The MIT License (MIT)\nCopyright (c) 2019 Ann\n\n${MIT.replace(' to ', '\nto ')}`]),
    made('c', [], 'ISC'),
  ]);
  const [list = '', ...rest] = text.split('\n\n');
  expect(list.split('\n')).toEqual(['a 1.0.0 (MIT)', 'b 1.0.0 (MIT)', 'c 1.0.0 (ISC)']);
  expect(rest.join('\n\n').match(/Permission is hereby/g)).toHaveLength(1);
  expect(text).toContain(
    'a 1.0.0\n    Copyright (c) 2019 Ann\nb 1.0.0\n    Copyright (c) 2020 Bob',
  );
  expect(text).toContain('c 1.0.0: ISC, by Ann');
});
