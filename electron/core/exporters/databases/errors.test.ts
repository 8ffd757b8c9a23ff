import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, it } from 'vitest';
import { TokwattError } from '../../errors.ts';
import { explainClickhouse } from './clickhouse-errors.ts';
import { explainPostgres } from './postgres-errors.ts';

const CLICKHOUSE = { url: 'http://h:8123', database: 'd', username: 'u', password: 'secret' };
const POSTGRES = {
  ...{ host: 'h', port: 5432, database: 'd', schema: 's', username: 'u', password: 'secret' },
  tls: false,
};

function failure(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

describe('errors of ClickHouse', () => {
  it.each([
    // The format of servers since 20.5, as parsed by the client.
    [
      new ClickHouseError({ message: 'no', code: '516', type: 'AUTHENTICATION_FAILED' }),
      'sink-refused',
    ],
    [new ClickHouseError({ message: 'no', code: '497', type: 'ACCESS_DENIED' }), 'sink-rights'],
    [
      new ClickHouseError({ message: 'full', code: '243', type: 'NOT_ENOUGH_SPACE' }),
      'sink-failed',
    ],
    [
      failure('Code: 192, e.displayText() = DB::Exception: Unknown user u, e.what() = …'),
      'sink-refused',
    ],
    [failure('connect ECONNREFUSED', 'ECONNREFUSED'), 'sink-unreachable'],
    [failure('Timeout error.'), 'sink-unreachable'],
    [failure('socket hang up', 'ECONNRESET'), 'sink-unreachable'],
    [failure('<html>'), 'sink-failed'],
  ])('%s is %s', (error, code) => {
    const explained = explainClickhouse(error, CLICKHOUSE);
    expect(explained).toBeInstanceOf(TokwattError);
    expect(explained.code).toBe(code);
    expect(explained.message).not.toMatch(/secret|\n|displayText/);
  });
});

describe('errors of PostgreSQL', () => {
  it.each([
    [failure('password authentication failed', '28P01'), 'sink-refused'],
    [failure('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), 'sink-refused'],
    [failure('no pg_hba.conf entry', '28000'), 'sink-refused'],
    [failure('database "d" does not exist', '3D000'), 'sink-database'],
    [failure('permission denied', '42501'), 'sink-rights'],
    [failure('the database system is starting up', '57P03'), 'sink-unreachable'],
    [failure('getaddrinfo ENOTFOUND h', 'ENOTFOUND'), 'sink-unreachable'],
    [failure('timeout expired'), 'sink-unreachable'],
    [failure('Connection terminated unexpectedly'), 'sink-unreachable'],
    [failure('could not extend file: No space left on device\nHINT', '53100'), 'sink-failed'],
  ])('%s is %s', (error, code) => {
    const explained = explainPostgres(error, POSTGRES);
    expect(explained.code).toBe(code);
    expect(explained.message).not.toMatch(/secret|\n/);
  });
});
