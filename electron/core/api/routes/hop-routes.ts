import { Hono } from 'hono';
import * as v from 'valibot';
import { described } from '../openapi/describe.ts';

/** How this instance marks what it counts. */
export interface HopIdentity {
  /** Names it in the hop header. */
  readonly instance: string;
  /** Whoever has it can send requests past the meters of those who trust it. */
  readonly key: string;
}

/** This instance's hop key, which the guard shows to whoever has the token. */
export function hopRoutes(hop: HopIdentity): Hono {
  const app = new Hono();
  app.get('/hop', DESCRIBED, (c) => c.json({ instance: hop.instance, key: hop.key }));
  return app;
}

const DESCRIBED = described({
  tag: 'settings',
  summary: 'The key that marks what this Tokwatt counts',
  description:
    'Put it into `trusted_hops` of a Tokwatt further on, so that it does not count the same requests again. It takes the token, on loopback too.',
  answer: v.strictObject({ instance: v.string(), key: v.string() }),
});
