import { DOMParser } from '@xmldom/xmldom';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { launchAgent } from './launch-agent.ts';
import { scheduledTask } from './scheduled-task.ts';
import { serviceUnit, socketUnit } from './systemd-unit.ts';
import type { UnitOptions } from './systemd-unit.ts';

const SPEC = { node: '/usr/bin/node', script: '/opt/tokwatt/dist/guard.cjs', args: [] };
const OWN: UnitOptions = { ...SPEC, scope: 'user', hasSocket: false, groups: [] };

function parsed(xml: string): Document {
  const refuse = (message: string): void => {
    throw new Error(message);
  };
  return new DOMParser({
    errorHandler: { warning: refuse, error: refuse, fatalError: refuse },
  }).parseFromString(xml.replace(/^\uFEFF/, ''), 'text/xml');
}

/** Words as a user may give them: everything but control characters. */
const words = fc.array(
  fc.string({ unit: 'grapheme' }).filter((word) => !/\p{Cc}/u.test(word)),
  { maxLength: 4 },
);

/** Reads a command line of systemd: quotes, backslashes, `%%` and `$$`. */
function readExecStart(text: string): string[] {
  const line = /^ExecStart=(.*)$/m.exec(text)?.[1] ?? '';
  const found = [...line.matchAll(/"((?:[^"\\]|\\.)*)"|([^" ]+)/g)];
  return found.map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replace(/\\(.)/g, '$1').replaceAll('%%', '%').replaceAll('$$', '$'),
  );
}

/** Reads a command line as Windows' C library does. */
function readWindows(line: string): string[] {
  const found: string[] = [];
  let word: string | null = null;
  let isQuoted = false;
  for (const [part, slashes = '', mark = ''] of line.matchAll(/(\\*)("|[^\\"]|$)/g)) {
    if (part === '') continue;
    if (mark === '"') {
      word = (word ?? '') + '\\'.repeat(slashes.length >> 1);
      if (slashes.length % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
      continue;
    }
    word = slashes === '' ? word : (word ?? '') + slashes;
    if (mark === ' ' && !isQuoted) {
      if (word !== null) found.push(word);
      word = null;
    } else if (mark !== '') word = (word ?? '') + mark;
  }
  return word === null ? found : [...found, word];
}

describe('a unit of systemd', () => {
  test('runs exactly the words that it was given', () => {
    fc.assert(
      fc.property(words, (args) => {
        const text = serviceUnit({ ...OWN, args });
        expect(readExecStart(text)).toEqual([SPEC.node, SPEC.script, ...args]);
      }),
    );
  });

  test('refuses what would start a line of its own', () => {
    const hostile = { ...OWN, args: ['--upstream', 'x\nExecStartPre=/bin/evil'] };
    expect(() => serviceUnit(hostile)).toThrow(/control characters/);
  });

  test('of the machine has its own user and all protections that leave it the GPUs', () => {
    const text = serviceUnit({ ...OWN, scope: 'system', hasSocket: true, groups: ['render'] });
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        ...['DynamicUser=yes', 'StateDirectory=tokwatt', 'ProtectSystem=strict'],
        ...['CapabilityBoundingSet=', 'SupplementaryGroups=render', 'NoNewPrivileges=yes'],
        ...['Requires=tokwatt.socket', 'WantedBy=multi-user.target', 'Also=tokwatt.socket'],
        ...['ExecReload=/bin/kill -HUP $MAINPID', 'Environment=TOKWATT_SERVICE=1'],
      ]),
    );
    expect(text).not.toMatch(/PrivateDevices|ProtectClock|DeviceAllow|MemoryDenyWriteExecute/);
  });

  test('of an account needs no privilege', () => {
    const text = serviceUnit({ ...OWN, groups: ['render', 'video'] });
    expect(text).not.toMatch(/DynamicUser|Supplementary|Protect|PrivateTmp|network-online/);
    expect(text).toMatch(/^WantedBy=default\.target$/m);
  });

  test('of sockets has one line for each address', () => {
    const at = ['127.0.0.1', '::1', 'localhost', '[::]'].map((address) => ({ address, port: 9 }));
    expect(socketUnit(at).match(/^ListenStream=.*$/gm)).toEqual([
      ...['ListenStream=127.0.0.1:9', 'ListenStream=[::1]:9'],
      ...['ListenStream=127.0.0.1:9', 'ListenStream=[::]:9'],
    ]);
  });
});

test('an agent of launchd is a property list with exactly these words', () => {
  fc.assert(
    fc.property(words, (args) => {
      const list = parsed(launchAgent({ ...SPEC, args }, '/Users/a&b/Library/Logs/x.log'));
      const [array] = Array.from(list.getElementsByTagName('array'));
      const strings = Array.from(array?.getElementsByTagName('string') ?? []);
      expect(strings.map((each) => each.textContent)).toEqual([SPEC.node, SPEC.script, ...args]);
      const [dict] = Array.from(list.getElementsByTagName('dict'));
      const names = Array.from(dict?.childNodes ?? []).filter(({ nodeType }) => nodeType === 1);
      // Keys and values take turns.
      expect(names.map(({ nodeName }, at) => at % 2 === 1 || nodeName === 'key')).not.toContain(
        false,
      );
    }),
  );
});

test('a task of Windows is well-formed and runs exactly these words', () => {
  fc.assert(
    fc.property(words, (args) => {
      const task = parsed(scheduledTask({ ...SPEC, args }, 'PC\\Ann & Bob'));
      const text = (name: string): string | null =>
        task.getElementsByTagName(name)[0]?.textContent ?? null;
      expect(text('Command')).toBe('conhost.exe');
      expect(readWindows(text('Arguments') ?? '')).toEqual([
        ...['--headless', SPEC.node, SPEC.script],
        ...args,
      ]);
      expect(text('UserId')).toBe('PC\\Ann & Bob');
      expect(text('ExecutionTimeLimit')).toBe('PT0S');
    }),
  );
});
