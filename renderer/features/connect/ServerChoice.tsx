import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { SERVER_PAGES } from '../../../shared/connect/server-pages.ts';
import type { DiscoveredServer } from '../../../shared/slices.ts';
import { addressOf } from '../../../shared/page-address.ts';
import type { Api } from '../../client/api.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { useSlice, useTokenPrompt } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import css from './connect.module.css';
import { useNewServers } from './new-servers.ts';
import { OtherServer } from './OtherServer.tsx';
import { useServer } from './use-server.ts';
import type { NewServer } from './use-server.ts';

interface UseProps {
  readonly isBusy: boolean;
  readonly onUse: (server: NewServer) => void;
}

/** Servers to put Tokwatt in front of: those found here, any other by its address, or one to install. */
export function ServerChoice(): JSX.Element {
  const text = useTranslations('connect.server');
  const { problem, isBusy, use } = useServer();
  return (
    <div className={css.servers}>
      <Found isBusy={isBusy} onUse={use} />
      <OtherServer isBusy={isBusy} onUse={use} />
      {problem !== null && (
        <p role="alert" className={css.problem}>
          {problem} <a href={`#${addressOf('settings', 'upstreams')}`}>{text('settings')}</a>
        </p>
      )}
      <Installable />
    </div>
  );
}

async function findServers(api: Api): Promise<readonly DiscoveredServer[]> {
  const answer = await api.send<{ servers: DiscoveredServer[] }>('POST', '/upstreams/find', {});
  return answer.servers;
}

/**
 * All ports are searched once by themselves, and the usual ones again and again while no server
 * answers. In a browser, where a search takes the token, the first one waits for the button.
 */
function Found(props: UseProps): JSX.Element {
  const text = useTranslations('connect.server');
  const api = useApi();
  const discovered = useSlice('discovered');
  const [found, setFound] = useState<readonly DiscoveredServer[]>([]);
  const { state, problem, run } = useAction(async () => setFound(await findServers(api)));
  const isDesktop = useTokenPrompt() === null;
  useEffect(() => {
    if (!isDesktop) return;
    // The person asked for nothing yet, so a failure is not told; the button tells it.
    findServers(api).then(setFound, () => undefined);
  }, [api, isDesktop]);
  const byUrl = new Map([...found, ...discovered].map((server) => [server.url, server]));
  const shown = useNewServers([...byUrl.values()]);
  return (
    <div>
      <div className={css.actions}>
        <p role="status" className={css.soft}>
          {text('found', { count: shown.length })}
        </p>
        <Button onClick={run} disabled={state === 'busy'}>
          {text(state === 'busy' ? 'searching' : 'search')}
        </Button>
      </div>
      <ul className={css.found}>
        {shown.map((server) => (
          <FoundServer key={server.url} server={server} {...props} />
        ))}
      </ul>
      {problem !== null && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
    </div>
  );
}

function FoundServer({
  server: { url, kind, label },
  isBusy,
  onUse,
}: UseProps & { readonly server: DiscoveredServer }): JSX.Element {
  const text = useTranslations('connect.server');
  return (
    <li className={css.server}>
      <span className={css.serverName}>{label}</span>
      <code className={css.serverUrl}>{url}</code>
      <Button
        onClick={() => onUse({ name: kind, url, apiKey: null })}
        disabled={isBusy}
        label={text('useNamed', { label, url })}
      >
        {text('use')}
      </Button>
    </li>
  );
}

function Installable(): JSX.Element {
  const text = useTranslations('connect.server');
  return (
    <div>
      <p className={css.note}>{text('none')}</p>
      <p className={css.pages}>
        {SERVER_PAGES.map(({ name, url }) => (
          <a key={name} href={url} target="_blank" rel="noreferrer noopener" title={url}>
            {name}
          </a>
        ))}
      </p>
    </div>
  );
}
