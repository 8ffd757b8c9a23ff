import type { OverriddenSetting } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Upstream } from '../proxy/tap.ts';

/** A value that a flag or the environment gives in place of the settings file's. */
export interface Override<Value> {
  readonly value: Value;
  /** The flag or the variable, such as `--proxy-port` or `OLLAMA_HOST`. */
  readonly source: string;
}

/** What was said at the start of the process. It holds for the whole run. */
export interface Overrides {
  readonly upstreams?: Override<readonly Upstream[]>;
  readonly bind?: Override<string>;
  readonly proxyPort?: Override<number>;
  readonly apiPort?: Override<number>;
}

/** An upstream as the settings want it. */
export interface ConfiguredUpstream extends Upstream {
  /** The port that its setting names for its proxy; null leaves it open. */
  readonly port: number | null;
}

/** The settings that are in force: those of the file, with overrides in place. */
export interface EffectiveSettings extends Omit<Settings, 'upstreams'> {
  readonly upstreams: readonly ConfiguredUpstream[];
}

/**
 * Puts overrides over the file's settings. `fallback` stands in where neither names an upstream.
 */
export function effectiveSettings(
  file: Settings,
  overrides: Overrides,
  fallback: readonly Upstream[],
): EffectiveSettings {
  const said: readonly (Upstream | ConfiguredUpstream)[] =
    overrides.upstreams?.value ?? file.upstreams.map(toUpstream);
  const named = said.length === 0 ? fallback : said;
  return {
    ...file,
    upstreams: named.map((upstream) => ({ port: null, ...upstream })),
    bind: overrides.bind?.value ?? file.bind,
    proxyPort: overrides.proxyPort?.value ?? file.proxyPort,
    apiPort: overrides.apiPort?.value ?? file.apiPort,
  };
}

/** What is overridden, for people. */
export function overriddenSettings(overrides: Overrides): OverriddenSetting[] {
  const { upstreams, ...others } = overrides;
  const rest = Object.entries(others) as [keyof typeof others, Override<string | number>][];
  return [
    ...(upstreams === undefined
      ? []
      : [
          {
            setting: 'upstreams' as const,
            source: upstreams.source,
            value: namesAndUrls(upstreams),
          },
        ]),
    ...rest.map(([setting, { source, value }]) => ({ setting, source, value })),
  ];
}

function namesAndUrls({ value }: Override<readonly Upstream[]>): { name: string; url: string }[] {
  return value.map(({ name, url }) => ({ name, url: url.href }));
}

/** The key stays out: only the secret store gives it away. */
function toUpstream({
  name,
  url,
  exactUsage,
  injectKey,
  port,
}: Settings['upstreams'][number]): ConfiguredUpstream {
  return { name, url: new URL(url), exactUsage, injectKey, port };
}
