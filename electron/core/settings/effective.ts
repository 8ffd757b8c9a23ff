import type { OverriddenSetting } from '../../../shared/ipc.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Upstream } from '../proxy/tap.ts';

/** A value from a flag or the environment that replaces the value of the settings file. */
export interface Override<Value> {
  readonly value: Value;
  /** The flag or the variable, such as `--proxy-port` or `TOKWATT_BIND`. */
  readonly source: string;
}

/** The overrides given at the start of the process. They hold for the whole run. */
export interface Overrides {
  readonly upstreams?: Override<readonly Upstream[]>;
  readonly bind?: Override<string>;
  readonly proxyPort?: Override<number>;
  readonly apiPort?: Override<number>;
}

/** An upstream of the settings. */
export interface ConfiguredUpstream extends Upstream {
  /** The proxy port in the upstream's setting; null if the setting leaves it open. */
  readonly port: number | null;
}

/** The settings in force: the settings file with the overrides applied. */
export interface EffectiveSettings extends Omit<Settings, 'upstreams'> {
  readonly upstreams: readonly ConfiguredUpstream[];
}

/** Applies overrides to the file's settings. `fallback` is used if neither names an upstream. */
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

/** Lists the overridden settings, for the window and the API. */
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

/** Leaves out the key, because only the secret store may give it to its readers. */
function toUpstream({
  name,
  url,
  exactUsage,
  injectKey,
  port,
}: Settings['upstreams'][number]): ConfiguredUpstream {
  return { name, url: new URL(url), exactUsage, injectKey, port };
}
