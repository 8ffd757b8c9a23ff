// @ts-check
/**
 * Runs a command with the secrets of signing as electron-builder expects them: `node with-secrets.mjs COMMAND …`. A
 * workflow passes a secret that does not exist as an empty text, and keys as texts where files are expected.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand } from '../setup/command.mjs';
import { runVisibly } from '../setup/project.mjs';

const names = [
  ...['CSC_LINK', 'CSC_KEY_PASSWORD', 'WIN_CSC_LINK', 'WIN_CSC_KEY_PASSWORD'],
  ...['APPLE_API_KEY_BASE64', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'],
];

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {(content: Buffer) => string} store writes the key for notarisation to a file and returns its path
 * @returns {NodeJS.ProcessEnv} without empty secrets; without a certificate, nothing is signed with one that happens to
 *   be in a keychain
 */
export function signingEnvironment(env, store) {
  const { APPLE_API_KEY_BASE64: key, ...rest } = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => !names.includes(name) || value !== ''),
  );
  return {
    ...rest,
    ...(key !== undefined && { APPLE_API_KEY: store(Buffer.from(key, 'base64')) }),
    ...(rest.CSC_LINK === undefined && { CSC_IDENTITY_AUTO_DISCOVERY: 'false' }),
  };
}

/** @param {readonly string[]} command */
async function main([command = '', ...args]) {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-secrets-'));
  try {
    const env = signingEnvironment(process.env, (content) => {
      const file = join(folder, 'notary-key.p8');
      writeFileSync(file, content, { mode: 0o600 });
      return file;
    });
    const run = command === 'npm' ? npmCommand(args) : { command, args };
    return await runVisibly(run.command, run.args, { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
