import { describe, expect, it } from 'vitest';
import { scenario } from '../tests/support/scenarios.ts';
import type { AlertState } from './alert-state.ts';
import { IN_USE_MS, followUses, problemsOf } from './problems.ts';
import type { UpstreamUses } from './problems.ts';
import type { State } from './snapshot.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const base = scenario('traffic', NOW).state;
const row = base.recent[0]!;
const server = base.upstreams[0]!;

function stateOf(changes: Partial<State>): State {
  const quiet = { recent: [], inFlight: [], alerts: [], upstreams: [server], ...changes };
  return { ...base, ledger: { ...base.ledger, status: 'ok', message: null }, ...quiet };
}

/** The problems after these states, each with its age in milliseconds. */
function after(...seen: readonly [age: number, state: State][]): string[] {
  let uses: UpstreamUses = {};
  for (const [age, state] of seen) uses = followUses(uses, state, NOW - age);
  const last = seen.at(-1);
  if (last === undefined) return [];
  return problemsOf(last[1], uses, NOW - last[0]).map(({ kind, name }) => `${kind} ${name}`);
}

const up = { ...server, health: 'up' as const };
const down = { ...server, health: 'down' as const };

function asked(age: number, error: State['recent'][number]['error'] = null): State['recent'] {
  return [{ ...row, upstream: server.name, error, completedAt: NOW - age }];
}

const started = { ...base.app, startedAt: NOW - 60 * MINUTE };

describe('an upstream', () => {
  const missed = [`upstream ${server.name}`];
  it.each<[string, string[], [number, State][]]>([
    [
      'that clients use and that is down is a problem',
      missed,
      [
        [MINUTE, stateOf({ upstreams: [up], recent: asked(MINUTE) })],
        [0, stateOf({ upstreams: [down], recent: asked(MINUTE) })],
      ],
    ],
    [
      'that was never up is none',
      [],
      [[0, stateOf({ upstreams: [down], recent: asked(0, 'upstream_unreachable') })]],
    ],
    [
      'that nobody has used is none',
      [],
      [
        [MINUTE, stateOf({ upstreams: [up] })],
        [0, stateOf({ upstreams: [down] })],
      ],
    ],
    [
      'that was used before this run only is none',
      [],
      [
        [MINUTE, stateOf({ upstreams: [up], recent: asked(90 * MINUTE) })],
        [0, stateOf({ upstreams: [down], recent: asked(90 * MINUTE) })],
      ],
    ],
    [
      'that was used long ago is none',
      [],
      [
        [IN_USE_MS + 2, stateOf({ upstreams: [up], recent: asked(IN_USE_MS + 1) })],
        [0, stateOf({ upstreams: [down], recent: asked(IN_USE_MS + 1) })],
      ],
    ],
    [
      'that is missed while it is down becomes one',
      missed,
      [
        [50 * MINUTE, stateOf({ upstreams: [up] })],
        [MINUTE, stateOf({ upstreams: [down] })],
        [0, stateOf({ upstreams: [down], recent: asked(0, 'upstream_unreachable') })],
      ],
    ],
    [
      'that answers clients all the same is none',
      [],
      [
        [2 * MINUTE, stateOf({ upstreams: [up], recent: asked(2 * MINUTE) })],
        [MINUTE, stateOf({ upstreams: [down], recent: asked(2 * MINUTE) })],
        [0, stateOf({ upstreams: [down], recent: asked(0) })],
      ],
    ],
    [
      'that is back is none any more',
      [],
      [
        [2 * MINUTE, stateOf({ upstreams: [up], recent: asked(2 * MINUTE) })],
        [MINUTE, stateOf({ upstreams: [down], recent: asked(2 * MINUTE) })],
        [0, stateOf({ upstreams: [up], recent: asked(2 * MINUTE) })],
      ],
    ],
  ])('%s', (_name, problems, seen) => {
    const states = seen.map(([age, state]): [number, State] => [age, { ...state, app: started }]);
    expect(after(...states)).toEqual(problems);
  });

  it('tells since when it is down', () => {
    const before = followUses({}, stateOf({ upstreams: [up], recent: asked(MINUTE) }), NOW - 9);
    const state = stateOf({ upstreams: [down], recent: asked(MINUTE) });
    const uses = followUses(followUses(before, state, NOW - 5), state, NOW);
    expect(problemsOf(state, uses, NOW)).toMatchObject([{ at: NOW - 5 }]);
  });
});

describe('other problems', () => {
  const alert = (subject: string, status: AlertState['status']): AlertState => ({
    ...scenario('alerts', NOW).state.alerts[0]!,
    ...{ rule: 'Slow', by: 'model', subject, status, firedAt: NOW },
  });
  const app = { ...base.app, startedAt: NOW - MINUTE };

  it.each<[string, string[], Partial<State>]>([
    [
      'a rule that fires is one, for however many models',
      ['alert Slow'],
      { alerts: [alert('a', 'firing'), alert('b', 'firing'), alert('c', 'pending')] },
    ],
    ['a resolved alert is none', [], { alerts: [alert('a', 'resolved')] }],
    [
      'a ledger that cannot write is one',
      ['ledger The disk is full.'],
      { ledger: { ...base.ledger, status: 'degraded', message: 'The disk is full.' } },
    ],
    ['a ledger that opens is none', [], { ledger: { ...base.ledger, status: 'opening' } }],
    [
      'failed metering is one',
      [`metering ${server.name}`],
      { app, recent: asked(0, 'metering_failed') },
    ],
    [
      'failed metering is over with the next exchange',
      [],
      { app, recent: [...asked(0), ...asked(1, 'metering_failed')] },
    ],
    [
      'failed metering of an earlier run is none',
      [],
      { app, recent: asked(2 * MINUTE, 'metering_failed') },
    ],
  ])('%s', (_name, problems, changes) => {
    expect(after([0, stateOf(changes)])).toEqual(problems);
  });
});

it('a lost core is the only problem, because all else is of before then', () => {
  const { attachment } = scenario('detached', NOW).state;
  const state = stateOf({ attachment, alerts: scenario('alerts', NOW).state.alerts });
  expect(after([0, state])).toEqual(['core ended']);
});
