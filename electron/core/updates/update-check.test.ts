import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SILENT_LOG } from '../log.ts';
import { UpdateCheck } from './update-check.ts';

let server: Server;
let url = '';
let body = '';
let status = 200;
let asked = 0;

beforeEach(async () => {
  asked = 0;
  status = 200;
  server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function updateCheck(check: boolean | null, address: string | null = url): UpdateCheck {
  const made = new UpdateCheck({ version: '1.2.3', log: SILENT_LOG, onChange: () => undefined });
  made.apply({ check, url: address });
  return made;
}

test.each([
  [
    '{"version": "1.10.0", "url": "https://example.org/1.10"}',
    '1.10.0',
    'https://example.org/1.10',
  ],
  ['{"tag_name": "v2.0.0", "html_url": "https://example.org/r"}', '2.0.0', 'https://example.org/r'],
  ['{"version": "2.0.0", "url": "javascript:alert(1)"}', '2.0.0', null],
  ['{"version": "1.2.3"}', null, null],
  ['{"version": "1.2.3-beta.1"}', null, null],
  ['{"version": "0.9.9"}', null, null],
])('%s', async (answer, newer, page) => {
  body = answer;
  const state = await updateCheck(null).check();
  expect(state).toMatchObject({ newer, url: page, message: null });
  expect(state.checkedAt).toBeTypeOf('number');
});

test.each([
  ['not JSON', 200, 'no JSON'],
  ['{"name": 1}', 200, 'names no version'],
  ['{"version": "new"}', 200, 'names no version'],
  ['{}', 404, 'answered 404'],
  [`"${'x'.repeat(1024 * 1024)}"`, 200, 'too long'],
])('an unusable answer is reported: %#', async (answer, code, reason) => {
  body = answer;
  status = code;
  const made = updateCheck(null);
  await expect(made.check()).rejects.toMatchObject({ code: 'update_check', status: 502 });
  expect(made.state.message).toContain(reason);
  expect(made.state.newer).toBeNull();
});

test('no request is sent until the user asks for it', async () => {
  const off = updateCheck(null);
  off.apply({ check: false, url });
  expect(asked).toBe(0);
  await expect(updateCheck(true, null).check()).rejects.toMatchObject({ status: 409 });
});

test('a result stays known when a later check fails', async () => {
  body = '{"version": "3.0.0"}';
  const made = updateCheck(null);
  await made.check();
  status = 500;
  await expect(made.check()).rejects.toThrow('answered 500');
  expect(made.state.newer).toBe('3.0.0');
});
