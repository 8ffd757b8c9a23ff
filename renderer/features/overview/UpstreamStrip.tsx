import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { UpstreamHealth, UpstreamState } from '../../../shared/slices.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { useNewServers } from '../connect/new-servers.ts';
import { useServer } from '../connect/use-server.ts';
import { useHiddenUpstreams } from './hidden-upstreams.tsx';
import { chooseUpstreams } from './upstream-order.ts';
import css from './UpstreamStrip.module.css';
import { useIsUnused } from './use-is-unused.ts';

const BADGES: Readonly<
  Record<UpstreamHealth, { readonly tone: 'good' | 'bad' | 'neutral'; readonly solid: boolean }>
> = {
  up: { tone: 'good', solid: true },
  down: { tone: 'bad', solid: true },
  unknown: { tone: 'neutral', solid: false },
};

/** Each server with its health and the address of its proxy for programs. */
export function UpstreamStrip(): JSX.Element {
  const text = useTranslations('overview.upstreams');
  const upstreams = useSlice('upstreams');
  const { shown, hidden } = chooseUpstreams(upstreams);
  const { isExpanded, toggle } = useHiddenUpstreams(hidden);
  return (
    <section className={css.strip} aria-label={text('title')}>
      <ul className={css.list}>
        {(isExpanded ? [...shown, ...hidden] : shown).map((upstream) => (
          <Upstream key={upstream.name} upstream={upstream} />
        ))}
      </ul>
      {toggle !== null && <p className={css.more}>{toggle}</p>}
      <FoundInstead />
    </section>
  );
}

/** Servers that answer while one of ours does not. Before the first request, the page itself offers them. */
function FoundInstead(): JSX.Element | null {
  const text = useTranslations('overview.upstreams');
  const words = useTranslations('connect.server');
  const found = useNewServers(useSlice('discovered'));
  const isUnused = useIsUnused();
  const { problem, isBusy, use } = useServer();
  if (isUnused) return null;
  return (
    <>
      {found.map(({ url, kind, label }) => (
        <p key={url} className={css.found}>
          {text('found', { label })} <code>{url}</code> {text('foundEnd')}{' '}
          <Button
            plain
            disabled={isBusy}
            label={words('useNamed', { label, url })}
            onClick={() => use({ name: kind, url, apiKey: null })}
          >
            {words('use')}
          </Button>
        </p>
      ))}
      {problem !== null && (
        <p role="alert" className={css.note}>
          {problem}
        </p>
      )}
    </>
  );
}

function Upstream({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  const text = useTranslations('overview.upstreams');
  const say = useSay();
  const { name, label, health, note, noteSentence, proxyUrl, targetUrl } = upstream;
  return (
    <li className={css.upstream} data-health={health}>
      <div className={css.line}>
        <h2 className={css.name} title={targetUrl}>
          {name}
        </h2>
        {label !== null && (
          <span className={css.kind} title={label}>
            {label}
          </span>
        )}
        <Badge {...BADGES[health]}>{text(health)}</Badge>
      </div>
      <div className={css.line}>
        <span className={css.url}>
          <VisuallyHidden>{text('proxy')} </VisuallyHidden>
          <code>{proxyUrl}</code>
          <CopyButton text={proxyUrl} label={text('copyProxy', { name })} />
        </span>
        <span className={css.target} title={targetUrl}>
          {text('target', { address: targetUrl.replace(/^https?:\/\//, '') })}
        </span>
      </div>
      {health !== 'up' && note !== null && <p className={css.note}>{say(noteSentence, note)}</p>}
    </li>
  );
}
