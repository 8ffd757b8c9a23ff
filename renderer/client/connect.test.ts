import { describe, expect, it } from 'vitest';
import { BRIDGE_KEY } from '../../shared/ipc.ts';
import type { Bridge } from '../../shared/ipc.ts';
import { sentence } from '../../shared/sentences.ts';
import { connect } from './connect.ts';

describe('connect', () => {
  it('uses the bridge of the preload script', async () => {
    const bridge: Bridge = {
      call: () => Promise.reject(new Error('unused')),
      on: () => () => undefined,
      platform: 'linux',
    };
    const connection = connect({ [BRIDGE_KEY]: bridge });
    expect(connection).toMatchObject({ bridge: { platform: 'linux' }, prompt: null });
    await expect(connection.bridge.call('getSnapshot', undefined)).rejects.toThrow('unused');
  });

  it('rejects a refused call with its sentence, which an error would lose on the way', async () => {
    const said = sentence('rule_needed');
    const answer = { refused: 'is needed', sentence: said };
    const bridge = { call: () => Promise.resolve(answer), on: () => () => undefined };
    const { call } = connect({ [BRIDGE_KEY]: bridge }).bridge;
    await expect(call('updateSettings', {})).rejects.toMatchObject({ message: 'is needed', said });
  });

  it('rejects every call with the reason if there is no transport', async () => {
    const { bridge } = connect({ [BRIDGE_KEY]: { call: 'not a function' } });
    await expect(bridge.call('getSnapshot', undefined)).rejects.toThrow(/outside the Tokwatt/);
    expect(() => bridge.on('delta', () => undefined)()).not.toThrow();
  });
});
