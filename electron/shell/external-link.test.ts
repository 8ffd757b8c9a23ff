import { describe, expect, it } from 'vitest';
import { externalAddress } from './external-link.ts';

describe('a link out of Tokwatt', () => {
  it.each([
    ['https://ollama.com/library?q=qwen 3', 'https://ollama.com/library?q=qwen%203'],
    ['http://192.168.1.20:3000/', 'http://192.168.1.20:3000/'],
    ['HTTPS://Example.org', 'https://example.org/'],
    ['mailto:a@example.org', 'mailto:a@example.org'],
  ])('%s is opened by the system', (link, address) => {
    expect(externalAddress(link)).toBe(address);
  });

  it.each([
    ...['file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'app://tokwatt/'],
    ...['smb://host/share', 'ms-settings:', 'vscode://file/x', 'about:blank', '', '//host'],
    ...['https://bank.example@evil.example/', 'http://:p@host/', `https://x/${'a'.repeat(2_048)}`],
  ])('%s is not', (link) => {
    expect(externalAddress(link)).toBeNull();
  });
});
