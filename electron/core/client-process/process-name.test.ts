import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { ownName, processName, splitCommandLine } from './process-name.ts';

describe('the name of a process', () => {
  it.each([
    ['a program by its file', '/usr/bin/curl', [], 'curl'],
    ['a program that was replaced by an update', '/opt/zed/zed-editor (deleted)', [], 'zed-editor'],
    ['a program on Windows', 'C:\\Program Files\\LM Studio\\LM Studio.exe', [], 'LM Studio'],
    [
      'a script of Python',
      '/usr/bin/python3.12',
      ['-u', '/home/me/agent.py', '--fast'],
      'agent.py',
    ],
    ['an installed program of Python', '/usr/bin/python3', ['/home/me/.local/bin/aider'], 'aider'],
    [
      'a module of Python',
      '/usr/bin/python3',
      ['-m', 'open_interpreter.server'],
      'open_interpreter.server',
    ],
    [
      'a script of Node with options',
      '/usr/bin/node',
      ['--import', './a.js', 'dist/cli.mjs'],
      'cli.mjs',
    ],
    ['an installed program of Node', 'node.exe', ['C:\\npm\\node_modules\\.bin\\codex'], 'codex'],
    ['a script behind a subcommand', '/usr/bin/bun', ['run', 'bot.ts'], 'bot.ts'],
  ])('is that of %s', (_, executable, args, name) => {
    expect(processName({ executable, args })).toBe(name);
  });

  it.each([
    ['program text', ['-c', 'key = "sk-secret"; run()']],
    ['evaluated text', ['--eval', 'fetch("http://x/?key=sk-secret.js")']],
    ['an option with a secret', ['--api-key=sk-secret', '-']],
    ['an argument that is no script', ['sk-secret-0123456789']],
    ['a file that is no script', ['/home/me/sk-secret.env', 'agent.py']],
    ['a name with odd letters', ['/home/me/key=sk-secret&x.py']],
    ['a module that is none', ['-m', 'sk secret']],
  ])('never contains %s', (_, args) => {
    expect(processName({ executable: '/usr/bin/python3', args })).toBe('python3');
  });

  it('of Tokwatt itself is its own, whatever runs it', () => {
    expect([ownName(process.pid), ownName(process.pid + 1)]).toEqual(['Tokwatt', null]);
  });

  it('is null without a program', () => {
    expect(processName({ executable: '', args: [] })).toBeNull();
  });
});

it('splits a command line of Windows at spaces outside of quotes', () => {
  const line = '"C:\\Program Files\\nodejs\\node.exe" "C:\\my bots\\bot.mjs" --fast ""';
  expect(splitCommandLine(line)).toEqual([
    ...['C:\\Program Files\\nodejs\\node.exe', 'C:\\my bots\\bot.mjs', '--fast', ''],
  ]);
});
