import { useTranslations } from 'use-intl';
import { useState } from 'react';
import type { UpstreamSetting } from '../../../shared/settings.ts';
import { isCancelled } from '../../state/action.ts';
import { useBridge, useSlice } from '../../state/context.tsx';
import { freeName } from './free-name.ts';

/** A server to put Tokwatt in front of. */
export interface NewServer {
  /** The name to give it, if it is free. */
  readonly name: string;
  readonly url: string;
  /** Null for none. */
  readonly apiKey: string | null;
}

type SavedServer = Pick<UpstreamSetting, 'name' | 'url'> & Partial<UpstreamSetting>;

/**
 * Adds a server to the settings, which takes effect at once. A default server that no settings name
 * is saved with it, unless it is down: it was only a guess.
 */
export function useServer(): {
  /** Why the last one was refused; null if it was not. */
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly use: (server: NewServer) => void;
} {
  const text = useTranslations('connect.server');
  const bridge = useBridge();
  const running = useSlice('upstreams');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const add = async ({ name, url, apiKey }: NewServer): Promise<string | null> => {
    const { settings, overrides } = await bridge.call('getSettings', undefined);
    const override = overrides.find(({ setting }) => setting === 'upstreams');
    if (override !== undefined) return text('overridden', { source: override.source });
    const guessed = running
      .filter(({ health }) => health !== 'down')
      .map(({ name: present, targetUrl }) => ({ name: present, url: targetUrl }));
    const kept: readonly SavedServer[] =
      settings.upstreams.length > 0 ? settings.upstreams.map(withoutKey) : guessed;
    const free = freeName(
      name,
      kept.map((each) => each.name),
    );
    const added = { name: free, url, ...(apiKey === null ? {} : { apiKey }) };
    await bridge.call('updateSettings', { upstreams: [...kept, added] });
    return null;
  };
  const use = (server: NewServer): void => {
    setBusy(true);
    add(server)
      .then(setProblem, (error: unknown) => {
        if (!isCancelled(error)) setProblem(error instanceof Error ? error.message : String(error));
      })
      .finally(() => setBusy(false));
  };
  return { problem, isBusy, use };
}

/** A key that is left out stays as it is. */
function withoutKey({ name, url, port, exactUsage, injectKey }: UpstreamSetting): SavedServer {
  return { name, url, port, exactUsage, injectKey };
}
