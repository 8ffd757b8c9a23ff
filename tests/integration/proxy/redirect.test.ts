import { expect, test } from 'vitest';
import { connect, exchange, startProxy, startScripted } from './lab.ts';

async function redirecting(head: string): Promise<{ port: number; own: string }> {
  const upstream = await startScripted(() => head.replaceAll('OWN', upstream.url));
  const { port } = await startProxy(upstream.url);
  return { port, own: upstream.url };
}

test("a redirect to the upstream itself names the client's host and keeps case and order", async () => {
  const { port } = await redirecting(
    'HTTP/1.1 307 Elsewhere\r\nA: OWN/a\r\nLOCATION: OWN/v1/x?y\r\ncontent-location: OWN/z\r\n' +
      'Content-Length: 0\r\n\r\n',
  );
  const client = await connect(port);
  client.send('POST / HTTP/1.1\r\nHost: LocalHost:7\r\nContent-Length: 0\r\n\r\n');
  const text = await client.receive('\r\n\r\n');
  expect(text).toMatch(/^HTTP\/1\.1 307 Elsewhere\r\nA: http:\/\/127\.0\.0\.1:\d+\/a\r\n/);
  expect(text).toContain(
    'LOCATION: http://LocalHost:7/v1/x?y\r\ncontent-location: http://LocalHost:7/z\r\n',
  );
});

test('a redirect to another server passes unchanged', async () => {
  const { port } = await redirecting(
    'HTTP/1.1 302 Found\r\nLocation: https://login.example/?next=OWN/v1\r\nContent-Length: 0\r\n\r\n',
  );
  const client = await connect(port);
  client.send('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  expect(await client.receive('\r\n\r\n')).toMatch(
    /Location: https:\/\/login\.example\/\?next=http:\/\/127\.0\.0\.1:\d+\/v1\r\n/,
  );
});

test('a declined upgrade that redirects to the upstream itself is rewritten, too', async () => {
  const { port } = await redirecting(
    'HTTP/1.1 302 Found\r\nLocation: OWN/ws\r\nContent-Length: 0\r\n\r\n',
  );
  const upgrade = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n';
  expect(await exchange(port, upgrade)).toContain('Location: http://localhost/ws\r\n');
});
