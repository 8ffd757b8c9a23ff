import { execFileSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { activityRecord } from '../../../../tests/support/records.ts';
import { asCurl, asJavaScript, asPython, sampleOf } from './code-sample.ts';

const PROXY = 'http://127.0.0.1:11435';
const BODY = JSON.stringify({ model: 'qwen3:8b', prompt: `It's "new"\nand \\ $HOME ünïcode` });
const { client } = activityRecord();
const keyed = activityRecord({ client: { ...client, key: 'abcd…1234' } });

describe('a request as code', () => {
  it('is the captured one, or a short one to its path and model', () => {
    expect(sampleOf(activityRecord(), PROXY, BODY)).toMatchObject({
      url: `${PROXY}/api/chat`,
      body: BODY,
    });
    const short = (changes: object): unknown =>
      JSON.parse(sampleOf(activityRecord(changes), PROXY, null).body ?? '');
    const messages = [{ role: 'user', content: 'Hello!' }];
    expect(short({})).toEqual({ model: 'qwen3:8b', messages });
    expect(short({ api: 'anthropic', endpoint: '/v1/messages' })).toMatchObject({
      max_tokens: 256,
    });
    expect(short({ endpoint: '/v1/responses' })).toMatchObject({ input: 'Hello!' });
    expect(short({ operation: 'embedding' })).toMatchObject({ input: 'Hello!' });
    expect(short({ endpoint: '/api/generate' })).toMatchObject({ prompt: 'Hello!' });
  });

  it('never has the key, but a place for it', () => {
    const sample = sampleOf(keyed, PROXY, BODY);
    for (const form of [asCurl, asPython, asJavaScript]) {
      expect(form(sample)).not.toContain('1234');
      expect(form(sample)).toContain('API_KEY');
    }
  });

  test('gives the shell, and JavaScript, the same body', () => {
    const sample = sampleOf(keyed, PROXY, BODY);
    const script = `curl() { printf '%s' "\${@: -1}"; }\n${asCurl(sample)}`;
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(BODY);
    const sent: { body?: string } = {};
    const code = asJavaScript(sample).replace('await fetch(', 'take(').split('\nconsole')[0] ?? '';
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- the sample is what is tested
    new Function('take', 'process', code)(
      (_: string, given: object) => Object.assign(sent, given),
      { env: { API_KEY: 'k' } },
    );
    expect(JSON.parse(sent.body ?? '')).toEqual(JSON.parse(BODY));
    expect(sent).toMatchObject({ headers: { Authorization: 'Bearer k' }, method: 'POST' });
  });

  test('is valid Python', () => {
    const code = asPython(sampleOf(keyed, PROXY, BODY));
    expect(code).toContain('"Authorization": f\'Bearer {os.environ["API_KEY"]}\'');
    let isThere = true;
    try {
      execFileSync('python3', ['--version']);
    } catch {
      isThere = false;
    }
    if (isThere) {
      const check = 'import ast, sys; ast.parse(sys.stdin.read())';
      execFileSync('python3', ['-c', check], { input: code });
    }
  });
});
