/**
 * Databases that receive a copy of every exchange and rollup: the section `sinks` of the settings.
 */
import * as v from 'valibot';
import { httpUrl } from './addresses.ts';

const name = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'must be letters, digits and underscores'),
);

export const clickhouseSchema = v.object({
  /** The server's HTTP address, such as `http://127.0.0.1:8123`. */
  url: httpUrl,
  database: v.optional(name, 'tokwatt'),
  username: v.optional(v.string(), 'default'),
  /** If empty, TOKWATT_CLICKHOUSE_PASSWORD is used. */
  password: v.optional(v.string(), ''),
});

export const postgresSchema = v.object({
  host: v.optional(v.pipe(v.string(), v.minLength(1)), '127.0.0.1'),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)), 5_432),
  database: v.optional(v.pipe(v.string(), v.minLength(1)), 'tokwatt'),
  /** Tables are created in this schema. */
  schema: v.optional(name, 'tokwatt'),
  username: v.optional(v.pipe(v.string(), v.minLength(1)), 'tokwatt'),
  /** If empty, TOKWATT_POSTGRES_PASSWORD is used. */
  password: v.optional(v.string(), ''),
  /** Encrypts the connection and checks the server's certificate. */
  tls: v.optional(v.boolean(), false),
});

export const sinksSchema = v.object({
  clickhouse: v.optional(v.nullable(clickhouseSchema), null),
  postgres: v.optional(v.nullable(postgresSchema), null),
});

export type SinkSettings = v.InferOutput<typeof sinksSchema>;
export type ClickhouseSettings = v.InferOutput<typeof clickhouseSchema>;
export type PostgresSettings = v.InferOutput<typeof postgresSchema>;
