import { Hono } from 'hono';
import * as v from 'valibot';
import type { OutletState, UpdateState } from '../../../../shared/slices.ts';
import { toWire } from '../../../../shared/wire.ts';
import { described } from '../openapi/describe.ts';

/** What the API tells of outlets and updates. */
export interface OutletRoutesOptions {
  readonly outlets: () => readonly OutletState[];
  /** Exactly what the reporter would send now, as it is sent. */
  readonly preview: () => object;
  readonly updates: () => UpdateState;
  /** Asks now. From the first time on, it is asked daily. */
  readonly checkForUpdates: () => Promise<UpdateState>;
}

const outletSchema = v.strictObject({
  name: v.string(),
  status: v.picklist(['starting', 'ok', 'failing']),
  message: v.nullable(v.string()),
  lastSuccessAt: v.nullable(v.number()),
  behind: v.nullable(v.number()),
});
const updateSchema = v.strictObject({
  newer: v.nullable(v.string()),
  url: v.nullable(v.string()),
  checkedAt: v.nullable(v.number()),
  message: v.nullable(v.string()),
});
const previewSchema = v.looseObject({ version: v.string(), since: v.number() });

/** Where figures are sent, what exactly the reporter tells, and the update check. */
export function outletRoutes(options: OutletRoutesOptions): Hono {
  const app = new Hono();
  app.get(
    '/outlets',
    described({
      tag: 'outlets',
      summary: 'Where figures are sent, and how that goes',
      answer: v.strictObject({ outlets: v.array(outletSchema) }),
    }),
    (c) => c.json({ outlets: toWire(options.outlets()) }),
  );
  app.get(
    '/reporter/preview',
    described({
      tag: 'outlets',
      summary: 'Exactly what the reporter would send now',
      answer: previewSchema,
    }),
    (c) => c.json(options.preview()),
  );
  app.get(
    '/updates',
    described({
      tag: 'outlets',
      summary: 'What is known of newer versions',
      answer: updateSchema,
    }),
    (c) => c.json(toWire(options.updates())),
  );
  app.post(
    '/updates/check',
    described({
      tag: 'outlets',
      summary: 'Ask for newer versions now, and once a day from now on',
      answer: updateSchema,
      problems: [409, 502],
    }),
    async (c) => c.json(toWire(await options.checkForUpdates())),
  );
  return app;
}
