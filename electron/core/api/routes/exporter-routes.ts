import { Hono } from 'hono';
import * as v from 'valibot';
import type { ExporterState, UpdateState } from '../../../../shared/slices.ts';
import { toWire } from '../../../../shared/wire.ts';
import { described } from '../openapi/describe.ts';
import { maybeSaid } from '../schemas/sentence-schema.ts';

/** The parts of exporters and updates that the API reads. */
export interface ExporterRoutesOptions {
  readonly exporters: () => readonly ExporterState[];
  /** Returns exactly what the reporter would send now. */
  readonly preview: () => object;
  readonly updates: () => UpdateState;
  /** Checks now. After the first call, the check runs daily. */
  readonly checkForUpdates: () => Promise<UpdateState>;
}

const exporterSchema = v.strictObject({
  name: v.string(),
  status: v.picklist(['starting', 'ok', 'failing']),
  message: v.nullable(v.string()),
  messageSentence: maybeSaid,
  lastSuccessAt: v.nullable(v.number()),
  behind: v.nullable(v.number()),
});
const updateSchema = v.strictObject({
  newer: v.nullable(v.string()),
  url: v.nullable(v.string()),
  checkedAt: v.nullable(v.number()),
  message: v.nullable(v.string()),
  messageSentence: maybeSaid,
});
const previewSchema = v.looseObject({ version: v.string(), since: v.number() });

const DESCRIBED = {
  exporters: described({
    tag: 'exporters',
    summary: 'The exporters and their state',
    answer: v.strictObject({ exporters: v.array(exporterSchema) }),
  }),
  outlets: described({
    tag: 'exporters',
    summary: 'The exporters, under the earlier name',
    deprecated: '/api/exporters',
    answer: v.strictObject({ outlets: v.array(exporterSchema) }),
  }),
  preview: described({
    tag: 'exporters',
    summary: 'The exact report that the reporter would send now',
    answer: previewSchema,
  }),
  updates: described({
    tag: 'exporters',
    summary: 'The state of the update check',
    answer: updateSchema,
  }),
  check: described({
    tag: 'exporters',
    summary: 'Check for newer versions now, and once a day from now on',
    answer: updateSchema,
    problems: [409, 502],
  }),
};

/** Routes for the exporters' states, the reporter's payload and the update check. */
export function exporterRoutes(options: ExporterRoutesOptions): Hono {
  const app = new Hono();
  const states = () => toWire(options.exporters());
  app.get('/exporters', DESCRIBED.exporters, (c) => c.json({ exporters: states() }));
  app.get('/outlets', DESCRIBED.outlets, (c) => c.json({ outlets: states() }));
  app.get('/reporter/preview', DESCRIBED.preview, (c) => c.json(options.preview()));
  app.get('/updates', DESCRIBED.updates, (c) => c.json(toWire(options.updates())));
  app.post('/updates/check', DESCRIBED.check, async (c) =>
    c.json(toWire(await options.checkForUpdates())),
  );
  return app;
}
