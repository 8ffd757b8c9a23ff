import { Hono } from 'hono';
import * as v from 'valibot';
import { described } from '../openapi/describe.ts';

/** The identity of this instance in the hop header. */
export interface HopIdentity {
  /** Identifies the instance in the hop header. */
  readonly instance: string;
  /** With this key, requests can bypass the meters of instances that trust it. */
  readonly key: string;
}

/** The route for this instance's hop key. The guard requires the token for it. */
export function hopRoutes(hop: HopIdentity): Hono {
  const app = new Hono();
  app.get('/hop', DESCRIBED, (c) => c.json({ instance: hop.instance, key: hop.key }));
  return app;
}

const DESCRIBED = described({
  tag: 'settings',
  summary: 'The key with which this Tokwatt marks counted requests',
  description:
    'Add it to `trusted_hops` of the next Tokwatt, so that it does not count the same requests again. Needs the token, on loopback too.',
  answer: v.strictObject({ instance: v.string(), key: v.string() }),
});
