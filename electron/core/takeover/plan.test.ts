import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { INSTALLATIONS } from '../../../shared/takeover.ts';
import type { TakeoverPlan, TakeoverStep } from '../../../shared/takeover.ts';
import { takeoverPlan } from './plan.ts';
import type { PlanFacts } from './plan.ts';

const FACTS: PlanFacts = {
  kind: 'ollama',
  installation: 'systemd',
  port: 11_434,
  serverPort: 11_500,
  isRoot: false,
};
const plan = (facts: Partial<PlanFacts>): TakeoverPlan => takeoverPlan({ ...FACTS, ...facts });
const commands = (steps: readonly TakeoverStep[]): string =>
  steps.flatMap((step) => step.commands).join('\n');

describe('the plan of a takeover', () => {
  it('names the new port in the steps, and in no way back of an installed server', () => {
    for (const installation of INSTALLATIONS) {
      const { steps, undo } = plan({ installation });
      expect([installation, commands(steps).includes('127.0.0.1:11500')]).toEqual([
        installation,
        true,
      ]);
      expect([installation, commands(undo).includes('11500')]).toEqual([installation, false]);
    }
  });

  it.each(INSTALLATIONS.filter((each) => each !== 'windows'))(
    'of %s has lines that a shell can read',
    (installation) => {
      const { steps, undo } = plan({ installation });
      for (const lines of [steps, undo].map(commands)) {
        expect(() => execFileSync('sh', ['-n', '-c', lines], { stdio: 'pipe' })).not.toThrow();
      }
    },
  );

  it('of a system service takes sudo, unless the superuser asks', () => {
    const asUser = plan({});
    expect([asUser.canRun, commands(asUser.steps).match(/sudo /g)?.length]).toEqual([false, 4]);
    const asRoot = plan({ isRoot: true });
    expect([asRoot.canRun, commands(asRoot.steps).includes('sudo')]).toEqual([true, false]);
  });

  it('touches a file of its own only', () => {
    const { steps, undo } = plan({});
    const own = '/etc/systemd/system/ollama.service.d/tokwatt.conf';
    expect(commands(steps)).toContain(`tee ${own} `);
    expect(commands(undo)).toContain(`rm -f ${own}\n`);
  });

  it('of a server that is not known leaves the way to its own settings', () => {
    expect(plan({ installation: 'process', kind: 'jan' }).steps).toEqual([
      { kind: 'setting', commands: [] },
    ]);
    expect(commands(plan({ installation: 'process', kind: 'llamacpp' }).undo)).toBe(
      'llama-server --port 11434 …',
    );
  });
});
