/**
 * The client alone, which has no types of its own. The package's entry brings a pool that nobody here
 * needs, and that does not survive bundling.
 */
declare module 'pg/lib/client.js' {
  import type { Client as PgClient } from 'pg';
  const Client: typeof PgClient;
  export { Client as default };
}
