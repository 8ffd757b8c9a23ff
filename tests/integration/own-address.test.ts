import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../support/control-api.ts';
import { freePort } from '../support/free-port.ts';
import { runHeadless, startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

describe('a Tokwatt started where the variables name Tokwatt, as clients need them', () => {
  let upstream: RecordedUpstream;
  let dataDir: string;
  let tokwatt: Headless | null = null;
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
  });
  afterAll(() => upstream.stop());
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    const upstreams = [{ name: 'mine', url: upstream.url }];
    writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ upstreams }));
  });
  afterEach(async () => {
    await tokwatt?.stop();
    tokwatt = null;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(['127.0.0.1', '0.0.0.0', '[::1]', hostname()])(
    'starts in front of its upstream and says once why, here with %s',
    async (host) => {
      const port = await freePort();
      tokwatt = await startHeadless({
        dataDir,
        args: ['--proxy-port', String(port)],
        env: { OLLAMA_HOST: `${host}:${port}` },
      });
      expect(tokwatt.proxies).toEqual([{ upstream: 'mine', url: `http://127.0.0.1:${port}` }]);
      const body = JSON.stringify({ model: MODEL, messages: [], stream: false });
      const answer = await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body });
      expect(answer.status).toBe(200);
      const said = tokwatt.stderr().split('\n');
      const notes = said.filter((line) => line.includes('OLLAMA_HOST'));
      expect(notes.map((line) => JSON.parse(line) as unknown)).toEqual([
        expect.objectContaining({ level: 'info', msg: expect.stringContaining('own proxy') }),
      ]);
    },
  );

  it('says that the port for an upstream is the one of its own API', async () => {
    tokwatt = await startHeadless({ dataDir });
    const port = Number(new URL(tokwatt.api).port);
    const upstreams = [{ name: 'mine', url: upstream.url, port }];
    const answer = await call(tokwatt, 'PATCH', '/api/settings', { upstreams });
    expect([answer.status, answer.body.code]).toEqual([409, 'listen']);
    expect(answer.body.detail).toContain("this is the port of Tokwatt's own API; choose another");
  });

  it('still refuses a flag that says so, and names it', async () => {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    const ports = ['--proxy-port', port, '--api-port', '0', '--data-dir', dataDir];
    const run = await runHeadless([...ports, '--upstream', url], { OLLAMA_HOST: url });
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toContain(`--upstream ${url}/: this is Tokwatt's own proxy`);
  });
});
