import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { UpstreamHealth, UpstreamState } from '../../../shared/slices.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { useHiddenUpstreams } from './hidden-upstreams.tsx';
import { chooseUpstreams } from './upstream-order.ts';
import css from './UpstreamStrip.module.css';

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
  const discovered = useSlice('discovered');
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
      {discovered.map(({ url, label }) => (
        <p key={url} className={css.found}>
          {text('found', { label })} <code>{url}</code>
          <CopyButton text={url} label={text('copyFound', { label })} />
          {text('foundEnd')}
        </p>
      ))}
    </section>
  );
}

function Upstream({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  const text = useTranslations('overview.upstreams');
  const { name, label, health, note, proxyUrl, targetUrl } = upstream;
  return (
    <li className={css.upstream} data-health={health}>
      <div className={css.line}>
        <h2 className={css.name} title={targetUrl}>
          {name}
        </h2>
        {label !== null && <span className={css.kind}>{label}</span>}
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
      {health !== 'up' && note !== null && <p className={css.note}>{note}</p>}
    </li>
  );
}
