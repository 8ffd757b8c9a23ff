import { expect, test, vi } from 'vitest';
import { signingEnvironment } from './with-secrets.mjs';

test('secrets that do not exist are left out, and nothing of a keychain is used', () => {
  const store = vi.fn();
  const env = {
    PATH: '/bin',
    CSC_LINK: '',
    CSC_KEY_PASSWORD: '',
    APPLE_API_KEY_BASE64: '',
    EMPTY: '',
  };
  expect(signingEnvironment(env, store)).toEqual({
    PATH: '/bin',
    EMPTY: '',
    CSC_IDENTITY_AUTO_DISCOVERY: 'false',
  });
  expect(store).not.toHaveBeenCalled();
});

test('a key for notarisation becomes a file, and the certificate stays', () => {
  const stored: string[] = [];
  const env = { CSC_LINK: 'cert', APPLE_API_KEY_BASE64: Buffer.from('key').toString('base64') };
  const result = signingEnvironment(env, (content) => {
    stored.push(content.toString());
    return '/tmp/key.p8';
  });
  expect(result).toEqual({ CSC_LINK: 'cert', APPLE_API_KEY: '/tmp/key.p8' });
  expect(stored).toEqual(['key']);
});
