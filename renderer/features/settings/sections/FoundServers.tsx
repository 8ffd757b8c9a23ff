import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { DiscoveredServer } from '../../../../shared/slices.ts';
import { useAction } from '../../../state/action.ts';
import { useApi } from '../../../state/api.tsx';
import { useSlice } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { withoutKey } from '../document.ts';
import { useEditable } from '../page-context.tsx';
import { Problem } from '../Section.tsx';
import css from '../settings.module.css';
import { useChange } from '../use-change.ts';
import { freeName } from '../../connect/free-name.ts';
import { useNewServers } from '../../connect/new-servers.ts';

/** Servers of this machine that are no upstreams yet. Each is added with one click. */
export function FoundServers(): JSX.Element {
  const text = useTranslations('settings.upstreams');
  const api = useApi();
  const discovered = useSlice('discovered');
  const [found, setFound] = useState<readonly DiscoveredServer[] | null>(null);
  const { state, problem, run } = useAction(async () => {
    const answer = await api.send<{ servers: DiscoveredServer[] }>('POST', '/upstreams/find', {});
    setFound(answer.servers);
  });
  const { problem: refusal, isBusy, add } = useAdd();
  const shown = useNewServers(found ?? discovered);
  return (
    <div className={css.object}>
      <div className={css.submit}>
        <Button onClick={run} disabled={state === 'busy'}>
          {text(state === 'busy' ? 'searching' : 'find')}
        </Button>
        <span role="status" className={css.soft}>
          {(found !== null || shown.length > 0) && text('found', { count: shown.length })}
        </span>
      </div>
      <ul className={css.items}>
        {shown.map(({ url, kind, label }) => (
          <li key={url} className={css.item}>
            <span className={css.itemName}>{label}</span>
            <span className={css.itemValue}>{url}</span>
            <Button onClick={() => add({ name: kind, url })} disabled={isBusy}>
              {text('addFound', { name: label })}
            </Button>
          </li>
        ))}
      </ul>
      <Problem line={problem ?? refusal} />
    </div>
  );
}

/**
 * Adds an upstream under a free name. While none is saved, the default one is in no settings file, so
 * that it is saved too and stays.
 */
function useAdd(): {
  readonly problem: string | null;
  readonly isBusy: boolean;
  readonly add: (server: { readonly name: string; readonly url: string }) => void;
} {
  const { upstreams } = useEditable().view.settings;
  const running = useSlice('upstreams');
  const { problem, isBusy, change } = useChange();
  const saved =
    upstreams.length > 0
      ? upstreams.map(withoutKey)
      : running.map(({ name, targetUrl }) => ({ name, url: targetUrl }));
  const names = upstreams.length > 0 ? upstreams : running;
  return {
    problem,
    isBusy,
    add: ({ name, url }) => {
      const free = freeName(
        name,
        names.map((each) => each.name),
      );
      void change({ upstreams: [...saved, { name: free, url }] }, free);
    },
  };
}
