import { Hono } from 'hono';
import * as v from 'valibot';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import { toWire } from '../../../../shared/wire.ts';
import { maybeSaid } from '../schemas/sentence-schema.ts';
import {
  discovered,
  flag,
  integer,
  ledgerHealth,
  lineEntries,
  loadedModel,
  moment,
  tally,
  text,
  throughput,
  upstream,
} from '../schemas/state-schemas.ts';
import { liveExchange } from '../schemas/live-schemas.ts';
import { gpuState } from '../schemas/gpu-schemas.ts';
import { machineState } from '../schemas/machine-schemas.ts';
import { described } from '../openapi/describe.ts';

const healthAnswer = v.strictObject({
  status: v.literal('ok'),
  message: v.pipe(text, v.description('What is wrong, in one sentence; or that all is well')),
  version: text,
  startedAt: moment,
  uptimeSeconds: integer,
  paused: flag,
  pausedUntil: v.pipe(
    v.nullable(moment),
    v.description('When metering resumes by itself; null if it is not paused or only by hand'),
  ),
  ollamaRunning: v.pipe(flag, v.description('An Ollama is among the upstreams and answers')),
  databaseConnected: v.pipe(flag, v.description('Exchanges are being stored')),
  ledger: ledgerHealth,
  upstreams: v.array(upstream),
  discovered: v.array(discovered),
  warnings: v.array(text),
  warningSentences: v.array(maybeSaid),
});

const liveAnswer = v.strictObject({
  seq: integer,
  throughput,
  inFlight: v.array(liveExchange),
  loadedModels: v.array(loadedModel),
  gpu: gpuState,
  today: v.strictObject({
    date: v.pipe(text, v.isoDate()),
    all: tally,
    otherRequests: integer,
    models: v.array(v.strictObject({ model: text, ...lineEntries })),
  }),
});

/** Routes for the health and the current state. */
export function stateRoutes(snapshot: () => Snapshot): Hono {
  const app = new Hono();
  app.get(
    '/health',
    described({
      tag: 'state',
      summary: 'Health of Tokwatt, its upstreams and the ledger',
      answer: healthAnswer,
    }),
    (c) => c.json(health(snapshot())),
  );
  app.get(
    '/live',
    described({
      tag: 'state',
      summary: 'Exchanges in flight, throughput, loaded models, GPUs',
      answer: liveAnswer,
    }),
    (c) => c.json(live(snapshot())),
  );
  app.get(
    '/machine',
    described({
      tag: 'state',
      summary: 'Power of processor, battery and wall meter; memory',
      answer: machineState,
    }),
    (c) => c.json(toWire(snapshot().state.machine)),
  );
  return app;
}

function health({ state }: Snapshot): object {
  const { app, upstreams, ledger } = state;
  const notes = [ledger.message, ...upstreams.map(({ note }) => note)];
  const troubles = notes.filter((note) => note !== null);
  return {
    status: 'ok',
    message: troubles.length === 0 ? 'All is well.' : troubles.join(' '),
    version: app.version,
    started_at: app.startedAt,
    uptime_seconds: uptimeSeconds(state),
    paused: app.paused,
    paused_until: app.pausedUntil,
    ollama_running: upstreams.some(({ kind, health }) => kind === 'ollama' && health === 'up'),
    database_connected: ledger.status === 'ok',
    ledger: toWire(ledger),
    upstreams: upstreams.map((each) => toWire(each)),
    discovered: state.discovered,
    warnings: state.warnings.map((warning) => warning.message),
    warning_sentences: state.warnings.map((warning) => warning.messageSentence),
  };
}

/** Whole seconds since the start; 0 if the clock was set back in the meantime. */
export function uptimeSeconds({ app }: Snapshot['state']): number {
  return Math.max(0, Math.round((Date.now() - app.startedAt) / 1_000));
}

function live({ seq, state }: Snapshot): object {
  const { throughput, inFlight, loadedModels, gpu, totals } = state;
  return toWire({ seq, throughput, inFlight, loadedModels, gpu, today: totals.today });
}
