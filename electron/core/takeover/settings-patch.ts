import type { ConfiguredUpstream } from '../settings/effective.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

interface Move {
  readonly serverPort: number;
  /** The port of its proxy; null for the next free one. */
  readonly port: number | null;
  /** A key belongs to an address, so it has to be given again. Null for none. */
  readonly key: string | null;
}

/**
 * The change of the settings that moves one upstream to another port. The default upstream, which no
 * settings file names, is saved by it.
 */
export function movedPatch(
  settings: Pick<SettingsStore, 'current' | 'file'>,
  moved: ConfiguredUpstream,
  { serverPort, port, key }: Move,
): { readonly upstreams: readonly object[] } {
  const { upstreams: saved } = settings.file;
  const all =
    saved.length > 0
      ? saved.map(({ apiKey: _key, ...each }) => each)
      : settings.current.upstreams.map(({ name, url }) => ({ name, url: written(url) }));
  const url = new URL(moved.url);
  url.port = String(serverPort);
  const apiKey = key === null ? {} : { apiKey: key };
  return {
    upstreams: all.map((each) =>
      each.name === moved.name ? { ...each, ...apiKey, url: written(url), port } : each,
    ),
  };
}

/** As people write it: without a final slash. */
function written(url: URL): string {
  return url.href.replace(/\/$/, '');
}
