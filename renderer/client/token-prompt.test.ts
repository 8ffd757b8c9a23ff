import { describe, expect, it } from 'vitest';
import { createTokenPrompt } from './token-prompt.ts';
import type { TokenPrompt } from './token-prompt.ts';

const RIGHT = 'the-right-token';

function prompt(check?: (token: string) => Promise<boolean>): TokenPrompt {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  return createTokenPrompt(storage, check ?? ((token) => Promise.resolve(token === RIGHT)));
}

describe('the token prompt', () => {
  it('asks once for all callers, and keeps a correct token', async () => {
    const one = prompt();
    const answers = Promise.all([one.ask(), one.ask()]);
    let granted = 0;
    const leave = one.onGranted(() => (granted += 1));
    expect(one.question()).toEqual({ problem: null, isChecking: false });
    await one.answer(`  ${RIGHT}\n`);
    expect(await answers).toEqual([true, true]);
    expect(granted).toBe(1);
    leave();
    await one.answer(RIGHT);
    void one.ask();
    await one.answer(RIGHT);
    expect(granted).toBe(1);
    expect([one.token(), one.question()]).toEqual([RIGHT, null]);
    one.forget();
    expect(one.token()).toBeNull();
  });

  it('asks again after a wrong token, and says why', async () => {
    const one = prompt();
    const asked = one.ask();
    await one.answer('wrong');
    expect(one.question()?.problem).toMatchObject({ code: 'token_wrong' });
    await one.answer('two words');
    expect(one.question()?.problem).toMatchObject({ code: 'token_letters' });
    expect(one.token()).toBeNull();
    await one.answer(RIGHT);
    expect(await asked).toBe(true);
  });

  it('says so if the token cannot be checked', async () => {
    const one = prompt(() => Promise.reject(new Error('Tokwatt does not answer.')));
    void one.ask();
    await one.answer(RIGHT);
    expect(one.question()).toEqual({ problem: 'Tokwatt does not answer.', isChecking: false });
    expect(one.token()).toBeNull();
  });

  it('can be cancelled, even during the check', async () => {
    const one = prompt();
    const asked = one.ask();
    const checking = one.answer(RIGHT);
    one.dismiss();
    await checking;
    expect(await asked).toBe(false);
    expect([one.token(), one.question()]).toEqual([null, null]);
  });
});
