import { resolve } from 'node:path';
import { parseSettings } from '../../../shared/settings.ts';
import { TokwattError } from '../errors.ts';
import type { Upstream } from '../proxy/tap.ts';
import { effectiveSettings } from '../settings/effective.ts';
import type { Overrides } from '../settings/effective.ts';
import { isPlain } from '../settings/setting-names.ts';
import { chooseUpstreams } from './choose-upstreams.ts';
import type { Flags } from './flags.ts';
import { settingsFault } from './settings-check.ts';
import type { StartFault } from './settings-check.ts';

/**
 * Values that are fixed at the start of the process. Everything else is in the settings store and
 * may change.
 */
export interface Config {
  readonly dataDir: string;
  readonly overrides: Overrides;
  /** Used if neither flags nor settings name an upstream. */
  readonly fallbackUpstreams: readonly Upstream[];
  /** How the upstreams were chosen: notes for the log, each one or two sentences. */
  readonly notes: readonly string[];
  /** A list of token prices to import, an absolute path. */
  readonly pricesFile?: string;
}

/**
 * Parses the settings document and checks it together with the flags and the environment. Throws a
 * `usage` error with one line that names the field or flag.
 */
export function resolveConfig(flags: Flags, document: unknown, dataDir: string): Config {
  const parsed = parseSettings(document);
  if (!parsed.ok) {
    throw new TokwattError(
      'usage',
      `${resolve(dataDir, 'settings.json')}: ${parsed.problems.join('; ')}. Correct the file or move it away.`,
    );
  }
  const { settings } = parsed;
  const addresses = addressOverrides(flags);
  const { bind, proxyPort, apiPort } = effectiveSettings(settings, addresses, []);
  const { override, fallback, notes } = chooseUpstreams(flags, settings.upstreams, {
    bind,
    proxyPort,
    apiPort,
  });
  const overrides = override === null ? addresses : { upstreams: override, ...addresses };
  const said = sources(overrides, document);
  const effective = effectiveSettings(settings, overrides, fallback);
  const fault = settingsFault(effective, (setting) => said[setting]);
  if (fault !== null) throw usageError(fault, said);
  const imported = flags.prices === undefined ? {} : { pricesFile: resolve(flags.prices) };
  return { dataDir, overrides, fallbackUpstreams: fallback, notes, ...imported };
}

function addressOverrides({ bind, proxyPort, apiPort, variables = {} }: Flags): Overrides {
  return {
    ...(bind !== undefined && { bind: { value: bind, source: variables.bind ?? '--bind' } }),
    ...(proxyPort !== undefined && {
      proxyPort: { value: proxyPort, source: variables.proxyPort ?? '--proxy-port' },
    }),
    ...(apiPort !== undefined && {
      apiPort: { value: apiPort, source: variables.apiPort ?? '--api-port' },
    }),
  };
}

/** How an error message calls each setting, so that the user knows where to change it. */
type Sources = Readonly<Record<StartFault['setting'], string>>;

/** A setting with its default value is called by its flag, because that is a way to set it. */
function sources(overrides: Overrides, document: unknown): Sources {
  const inFile = (key: keyof Sources): boolean => {
    const value = isPlain(document) ? document[key] : undefined;
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  };
  const of = (key: keyof Sources, flag: string, file: string): string =>
    overrides[key]?.source ?? (inFile(key) ? file : flag);
  return {
    upstreams: of('upstreams', '--upstream', 'settings.json, upstreams:'),
    proxyPort: of('proxyPort', '--proxy-port', 'settings.json, proxyPort'),
    apiPort: of('apiPort', '--api-port', 'settings.json, apiPort'),
  };
}

function usageError({ setting, path, value, problem }: StartFault, said: Sources): TokwattError {
  const source = said[setting];
  const hint = path.endsWith('.name') && source === '--upstream' ? ', as in NAME=URL' : '';
  return new TokwattError('usage', `${source} ${value}: ${problem}${hint}.`);
}
