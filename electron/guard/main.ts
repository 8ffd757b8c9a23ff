#!/usr/bin/env node
/**
 * The guard of the headless Tokwatt: a small parent that holds the ports, so that clients reach their servers while
 * the core is away. It takes the core's flags. `TOKWATT_GUARD=off` runs the core alone, as Windows
 * always does.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Guard } from './guard.ts';

/** The first descriptor that a service manager passes. */
const FIRST_FD = 3;

/** The core beside this file: as the package has it, or as it is built. */
const core = ['tokwatt.cjs', 'headless.cjs']
  .map((name) => join(__dirname, name))
  .find((path) => existsSync(path));

/** The sockets that systemd has opened for this process. */
function givenSockets(): number[] {
  const { LISTEN_FDS = '0', LISTEN_PID } = process.env;
  for (const name of ['LISTEN_FDS', 'LISTEN_PID', 'LISTEN_FDNAMES']) {
    Reflect.deleteProperty(process.env, name);
  }
  const count =
    /^\d{1,3}$/.test(LISTEN_FDS) && LISTEN_PID === `${process.pid}` ? Number(LISTEN_FDS) : 0;
  return Array.from({ length: count }, (_, index) => FIRST_FD + index);
}

function say(line: string): void {
  process.stderr.write(`tokwatt guard: ${line}\n`);
}

function guard(file: string): void {
  const given = givenSockets();
  const command = [file, ...process.argv.slice(2)];
  const parent = new Guard({ command, given, say, exit: (status) => process.exit(status) });
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => parent.signal(name));
  }
  // What a damaged core sends must not end what its clients depend on.
  process.on('uncaughtException', (error) => say(String(error)));
  process.stderr.on('error', () => undefined);
  parent.start();
}

if (core === undefined) {
  say('there is no core beside this file; build or install Tokwatt again');
  process.exitCode = 1;
} else if (process.env.TOKWATT_GUARD === 'off' || process.platform === 'win32') {
  // Windows cannot pass listening sockets to another process.
  process.argv[1] = core;
  void import(pathToFileURL(core).href);
} else guard(core);
