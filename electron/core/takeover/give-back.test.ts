import { describe, expect, it } from 'vitest';
import type { TakeoverPlan, TakeoverStatus } from '../../../shared/takeover.ts';
import { TokwattError } from '../errors.ts';
import { giveBackAll, giveBackText } from './give-back.ts';
import type { TakeoverAccess } from './give-back.ts';
import { takeoverPlan } from './plan.ts';

const PORTS = { port: 11_434, serverPort: 11_500, kind: 'ollama', isRoot: true } as const;
const SERVICE = takeoverPlan({ ...PORTS, installation: 'systemd' });
const UNKNOWN = takeoverPlan({ ...PORTS, installation: 'process', kind: null });

function takeovers(
  plans: Readonly<Record<string, TakeoverPlan>>,
  end: (name: string) => void = () => undefined,
): TakeoverAccess {
  const stateOf = (
    upstream: string,
    status: TakeoverStatus,
  ): { upstream: string; status: TakeoverStatus; plan: TakeoverPlan | null } => ({
    ...{ upstream, status },
    plan: plans[upstream] ?? null,
  });
  return {
    list: () =>
      Promise.resolve([
        stateOf('free', 'possible'),
        ...Object.keys(plans).map((name) => stateOf(name, 'held')),
      ]),
    end: async (name, { run }) => {
      await Promise.resolve();
      expect(run).toBe(true);
      end(name);
    },
  };
}

describe('giving ports back', () => {
  it('ends those that are held, and tells the commands that were run', async () => {
    const ended: string[] = [];
    const done = await giveBackAll(takeovers({ ollama: SERVICE }, (name) => ended.push(name)));
    expect(ended).toEqual(['ollama']);
    expect(giveBackText(done)).toBe(
      [
        'Tokwatt has left port 11434. "ollama" was moved back to it from port 11500, by:',
        '  rm -f /etc/systemd/system/ollama.service.d/tokwatt.conf',
        '  systemctl daemon-reload',
        '  systemctl restart ollama\n',
      ].join('\n'),
    );
  });

  it('tells what failed with what is left to do, and goes on with the others', async () => {
    const access = takeovers({ ollama: SERVICE, other: UNKNOWN }, (name) => {
      if (name === 'ollama')
        throw new TokwattError('takeover', 'This command failed: rm (no right)');
    });
    const done = await giveBackAll(access);
    expect(done.map(({ problem }) => problem)).toEqual([
      'This command failed: rm (no right)',
      null,
    ]);
    const text = giveBackText(done);
    expect(text).toContain('Port 11434:\nThis command failed: rm (no right)\nMove "ollama" back');
    expect(text).toContain('Stop "other", which is on port 11500, and start it on port 11434.\n');
  });

  it('names the ports of servers that are no longer in the settings', () => {
    expect(giveBackText([])).toBe('No port is taken over.\n');
    const orphan = { port: 1, serverPort: 2, installation: 'process', proxyPort: 3 } as const;
    expect(giveBackText([], [orphan])).toMatch(/^Port 1 was taken over .* it was moved to 2\.\n$/);
  });
});
