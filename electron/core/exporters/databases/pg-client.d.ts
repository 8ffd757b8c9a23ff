/**
 * Types for the client module alone, which has none. The package's main module includes a pool that
 * is not needed and cannot be bundled.
 */
declare module 'pg/lib/client.js' {
  import type { Client as PgClient } from 'pg';
  const Client: typeof PgClient;
  export { Client as default };
}
