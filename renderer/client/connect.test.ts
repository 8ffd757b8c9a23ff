import { describe, expect, it } from 'vitest';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import { connect } from './connect.ts';

describe('connect', () => {
  it('uses the bridge of the preload script', () => {
    const bridge: Bridge = {
      call: () => Promise.reject(new Error('unused')),
      on: () => () => undefined,
      platform: 'linux',
    };
    expect(connect({ [BRIDGE_KEY]: bridge })).toEqual({ bridge, prompt: null });
  });

  it('rejects every call with the reason if there is no transport', async () => {
    const { bridge } = connect({ [BRIDGE_KEY]: { call: 'not a function' } });
    await expect(bridge.call('getSnapshot', undefined)).rejects.toThrow(/outside the Tokwatt/);
    expect(() => bridge.on('delta', () => undefined)()).not.toThrow();
  });
});
