import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../shared/snapshot.ts';
import { trayModel } from '../../electron/shell/tray/model.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { MODEL, OUTPUT_TOKENS, startRecordedUpstream } from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

/** Loaded into the process under test: makes it fail as a fault of its own code would. */
const THROW_ON_SIGNAL = `
process.on('SIGUSR2', () => {
  setTimeout(() => JSON.parse('{"prompt": "sk-secret-4711"'), 0);
  void Promise.resolve().then(() => undefined.rejected);
});
`;

describe.skipIf(process.platform === 'win32')('an error that nothing handles', () => {
  let upstream: RecordedUpstream;
  let tokwatt: Headless;
  let dataDir: string;
  beforeAll(async () => {
    upstream = await startRecordedUpstream({ frameGapMs: 60 });
  });
  afterAll(() => upstream.stop());
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    const faults = join(dataDir, 'throw-on-signal.cjs');
    writeFileSync(faults, THROW_ON_SIGNAL);
    tokwatt = await startHeadless({
      dataDir,
      args: ['--upstream', upstream.url],
      env: { NODE_OPTIONS: `--require ${faults}` },
    });
  });
  afterEach(async () => {
    await tokwatt.stop();
    rmSync(dataDir, { recursive: true });
  });

  const warnings = async (): Promise<string[]> =>
    ((await tokwatt.get('/api/health')) as { warnings: string[] }).warnings;
  const fail = (): boolean => tokwatt.process.kill('SIGUSR2');

  it('is shown in health and tray, thrown or rejected, and a running stream continues', async () => {
    expect(await warnings()).toEqual([]);
    const body = JSON.stringify({ model: MODEL, messages: [] });
    const answer = await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body });
    fail();
    await vi.waitFor(async () => expect(await warnings()).toHaveLength(2), { timeout: 5_000 });
    expect((await answer.text()).trim().split('\n')).toHaveLength(OUTPUT_TOKENS + 1);
    expect(await tokwatt.activity(1)).toMatchObject([{ completed: true }]);

    const log = join(dataDir, 'tokwatt.log');
    const told = (await warnings()).sort();
    expect(told[0]).toMatch(/^An error was not handled: SyntaxError at .*throw-on-signal\.cjs:\d/);
    expect(told[1]).toMatch(/^An error was not handled: TypeError at throw-on-signal\.cjs:\d/);
    for (const message of told) expect(message).toContain(`details are in ${log}.`);

    const { state } = (await tokwatt.get('/api/bridge/getSnapshot')) as Snapshot;
    const tray = trayModel({ state, problems: [], now: Date.now(), locale: 'en', update: null });
    const action = { kind: 'open', address: '/' };
    const label = '2 warnings: see the window';
    expect(tray.menu).toContainEqual({ kind: 'row', key: 'warnings', label, action });
  });

  it('is in a log that only the user can read, without its message', async () => {
    fail();
    await vi.waitFor(async () => expect(await warnings()).toHaveLength(2), { timeout: 5_000 });
    await tokwatt.stop();
    const log = join(dataDir, 'tokwatt.log');
    const text = readFileSync(log, 'utf8');
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(text.match(/throw-on-signal\.cjs/g)!.length).toBeGreaterThan(1);
    expect(text).toBe(tokwatt.stderr());
    expect(text).not.toContain('secret');
  });

  it('is one warning however often it happens', async () => {
    for (let count = 0; count < 100; count += 1) {
      fail();
      // Signals that come together are one.
      await tokwatt.get('/api/health');
    }
    await vi.waitFor(
      async () => expect((await warnings()).join()).toMatch(/, 100? times by now\./),
      { timeout: 10_000 },
    );
    expect(await warnings()).toHaveLength(2);
    expect(tokwatt.stderr().match(/was not handled/g)!.length).toBeLessThan(10);
  });
});
