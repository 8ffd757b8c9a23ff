import { describe, expect, it } from 'vitest';
import { englishOf } from '../../shared/sentences.ts';
import type { Message } from '../../shared/sentences.ts';
import { SILENT_LOG } from './log.ts';
import type { Log } from './log.ts';
import { UnhandledErrors, describeError } from './unhandled-errors.ts';

const SECRET = 'sk-secret-4711';

/** Warnings by topic, and all log output as text. */
function reporter(logFile: string | null = '/data/tokwatt.log'): {
  report: (error: unknown) => void;
  warnings: Map<string, string>;
  logged: string[];
} {
  const warnings = new Map<string, string>();
  const logged: string[] = [];
  const log: Log = {
    ...SILENT_LOG,
    error: (fields, message) => logged.push(JSON.stringify({ ...fields, message })),
  };
  const warn = (topic: string, message: Message): void =>
    void warnings.set(topic, englishOf(message));
  const errors = new UnhandledErrors({ log, logFile, warn });
  return { report: (error) => errors.report(error), warnings, logged };
}

function thrown(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const parseSecret = (): unknown => JSON.parse(`{"prompt": ${SECRET}}`);

describe('an unhandled error', () => {
  it('is a warning with its name, its place, what to do and where the log is', () => {
    const { report, warnings, logged } = reporter();
    report(new RangeError('too much'));
    const [message] = warnings.values();
    expect(message).toMatch(
      /^An error was not handled: RangeError at .*\(?unhandled-errors\.test\.ts:\d+:\d+\)?\. Traffic is not affected\. Restart Tokwatt if something looks wrong; details are in \/data\/tokwatt\.log\.$/,
    );
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({
      error: 'RangeError',
      stack: expect.arrayContaining([expect.stringContaining('unhandled-errors.test.ts')]),
    });
  });

  it('never repeats its message, which may quote a prompt or a key', () => {
    const errors = [
      thrown(parseSecret),
      new Error(`first line\n    at ${SECRET} (/a/b.js:1:1)\n    at more`),
      Object.assign(new Error('x'), { name: SECRET }),
      Object.assign(new Error('x'), { code: `${SECRET} and more` }),
      SECRET,
      { message: SECRET },
    ];
    const { report, warnings, logged } = reporter();
    for (const error of errors) report(error);
    expect(warnings.size).toBeGreaterThan(2);
    expect(String(thrown(parseSecret))).toContain(SECRET.slice(0, 5));
    expect([...warnings.values(), ...logged].join('\n')).not.toContain(SECRET.slice(0, 5));
  });

  it('is one warning however often it happens, and a handful of lines in the log', () => {
    const { report, warnings, logged } = reporter();
    for (let count = 0; count < 1_000; count += 1) report(thrown(parseSecret));
    expect(warnings.size).toBe(1);
    expect([...warnings.values()][0]).toContain(', 1,000 times by now. Traffic is not affected.');
    expect(logged).toHaveLength(4);
  });

  it('takes no more memory for ten thousand different errors than for some', () => {
    const { report, warnings, logged } = reporter();
    for (let line = 0; line < 10_000; line += 1) {
      const error = new Error('x');
      error.stack = `Error: x\n    at run (/app/main.cjs:${line}:1)`;
      report(error);
    }
    expect(warnings.size).toBe(21);
    expect(logged.length).toBeLessThan(30);
    expect([...warnings.values()].at(-1)).toMatch(/^Errors of many kinds were not handled, 1,000/);
  });

  it('may have any type, and names standard error without a log file', () => {
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('no');
      },
    });
    const { report, warnings } = reporter(null);
    for (const value of [undefined, 7, hostile, Object.create(null), new Error()]) {
      report(value);
    }
    expect([...warnings.values()].join()).toContain('thrown object at an unknown place');
    const [first] = warnings.values();
    expect(first).toContain('thrown undefined at an unknown place');
    expect(first).toContain('details are in the log on standard error');
  });
});

describe('the place of an error', () => {
  const placeOf = (frames: string[], message = 'x'): string => {
    const error = new TypeError(message);
    error.stack = [`TypeError: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
    return describeError(error).place;
  };

  it('is the innermost line of our own, without folders', () => {
    const node = 'node:internal/process/task_queues:95:5';
    expect(
      placeOf([
        'JSON.parse (<anonymous>)',
        `emit (${node})`,
        'Meter.open (/home/me/app/main.cjs:12:34)',
      ]),
    ).toBe('Meter.open (main.cjs:12:34)');
    expect(placeOf(['file:///C:/app/main.cjs:1:2'])).toBe('main.cjs:1:2');
    expect(placeOf(['new Meter (C:\\Program Files\\app\\main.cjs:1:2)'])).toBe(
      'new Meter (main.cjs:1:2)',
    );
    expect(placeOf([node])).toBe('task_queues:95:5');
    expect(placeOf([])).toBe('an unknown place');
  });
});
