import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../../shared/sentences.ts';
import { failureNote } from './failure-note.ts';
import { isNearby } from './known-ports.ts';

const note = (url: string, code: string, connected = false, label: string | null = null): string =>
  inEnglish(failureNote(new URL(url), label, { ok: false, code, message: 'why', connected }));

describe('note of an upstream that is down', () => {
  it('names what to start by the port', () => {
    expect(note('http://127.0.0.1:11434', 'ECONNREFUSED')).toBe(
      'Nothing answers at http://127.0.0.1:11434 (connection refused). Start Ollama, or name your server with --upstream URL.',
    );
    expect(note('http://127.0.0.1:1234/', 'ECONNREFUSED')).toContain('Start LM Studio,');
  });

  it('says what to do for each kind of failure', () => {
    expect(note('http://nas:11434', 'ENOTFOUND')).toContain('The name nas cannot be resolved');
    expect(note('http://10.0.0.9:1', 'EHOSTUNREACH')).toContain('no firewall is between');
    expect(note('http://10.0.0.9:1', 'TIMEOUT')).toContain('cannot be reached');
    expect(note('http://10.0.0.9:1', 'TIMEOUT', true, 'vLLM')).toContain('busy or stuck');
    expect(note('http://h:22', 'HPE_INVALID_CONSTANT')).toContain('does not speak HTTP');
    expect(note('https://h:80', 'EPROTO')).toContain('Try http://');
    expect(note('https://h', 'DEPTH_ZERO_SELF_SIGNED_CERT')).toContain('NODE_EXTRA_CA_CERTS');
    expect(note('http://h:443', 'ECONNRESET', true)).toContain('try https://');
    expect(note('http://h', 'EWEIRD')).toBe('http://h does not answer: why (EWEIRD).');
  });

  it('does not repeat credentials of the address', () => {
    expect(note('http://user:secret@h:1', 'ECONNREFUSED')).not.toContain('secret');
  });
});

describe('nearness', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    'nas',
    'nas.local',
    '10.1.2.3',
    '192.168.0.9',
    '172.20.0.1',
    '100.100.1.1',
    '[fd00::1]',
    '[fe80::1]',
  ])('counts %s as near', (host) => expect(isNearby(host)).toBe(true));
  it.each([
    'api.openai.com',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '[2606:4700::1]',
    'fd.example.com',
  ])('counts %s as far', (host) => expect(isNearby(host)).toBe(false));
});
