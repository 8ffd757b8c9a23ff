import type { UpstreamSetting } from '../../../shared/settings.ts';

/** An upstream that is in use. */
export interface NamedUpstream {
  readonly name: string;
  readonly targetUrl: string;
}

export function exactUsageOf(saved: readonly UpstreamSetting[], { name }: NamedUpstream): boolean {
  return saved.find((upstream) => upstream.name === name)?.exactUsage ?? false;
}

/**
 * The change that turns exact usage of an upstream on or off. Lists are replaced as a whole, so it
 * has all saved upstreams. The default upstream is in no settings file and is added to it.
 */
export function exactUsagePatch(
  saved: readonly UpstreamSetting[],
  { name, targetUrl }: NamedUpstream,
  exactUsage: boolean,
): Record<string, unknown> {
  const isSaved = saved.some((upstream) => upstream.name === name);
  const upstreams = saved.map((upstream) =>
    upstream.name === name ? { ...upstream, exactUsage } : upstream,
  );
  return {
    upstreams: isSaved ? upstreams : [...upstreams, { name, url: targetUrl, exactUsage }],
  };
}
