import { describe, expect, it } from 'vitest';
import { ANY_PORT, assignPorts } from './proxy-ports.ts';
import type { PortRules } from './proxy-ports.ts';

const at = (ports: readonly (number | null)[], rules: Partial<PortRules> = {}): number[] =>
  assignPorts(
    ports.map((port) => ({ port })),
    { proxyPort: 100, reserved: [101], ...rules },
  );

describe('the ports of proxies', () => {
  it('are assigned upwards, without the API and ports named in settings', () => {
    expect(at([null, null, null])).toEqual([100, 102, 103]);
    expect(at([null, 102, null, 5])).toEqual([100, 102, 103, 5]);
  });

  it('stay with their upstreams', () => {
    // The first of three was removed, and a new one was added.
    expect(at([null, null, null], { held: [102, 103, null] })).toEqual([102, 103, 100]);
    expect(at([null, null], { held: [103, null] })).toEqual([103, 100]);
  });

  it('are assigned to the upstream whose setting names them', () => {
    expect(at([null, 100], { held: [100, 102] })).toEqual([102, 100]);
    expect(at([7, null], { held: [100, 102] })).toEqual([7, 102]);
  });

  it('stay even if the API will have them after the next start', () => {
    expect(at([null, null], { held: [101, null] })).toEqual([101, 100]);
  });

  it('are any free ports if the first port is 0', () => {
    expect(at([null, 9, null], { proxyPort: 0, held: [40_000, 8, null] })).toEqual([
      40_000,
      9,
      ANY_PORT,
    ]);
  });
});
