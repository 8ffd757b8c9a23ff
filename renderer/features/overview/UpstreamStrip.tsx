import type { JSX } from 'react';
import type { UpstreamState } from '../../../shared/slices.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { HEALTH } from './describe.ts';
import css from './UpstreamStrip.module.css';

/** Each server with its health and the address of its proxy for programs. */
export function UpstreamStrip(): JSX.Element {
  const upstreams = useSlice('upstreams');
  const discovered = useSlice('discovered');
  return (
    <section className={css.strip} aria-label="Upstreams">
      <ul className={css.list}>
        {upstreams.map((upstream) => (
          <Upstream key={upstream.name} upstream={upstream} />
        ))}
      </ul>
      {discovered.map(({ url, label }) => (
        <p key={url} className={css.found}>
          {label} answers at <code>{url}</code>
          <CopyButton text={url} label={`Copy the address of ${label}`} />
          and could be used instead.
        </p>
      ))}
    </section>
  );
}

function Upstream({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  const { name, label, health, note, proxyUrl, targetUrl } = upstream;
  const { word, tone, solid } = HEALTH[health];
  return (
    <li className={css.upstream} data-health={health}>
      <div className={css.line}>
        <h2 className={css.name} title={targetUrl}>
          {name}
        </h2>
        {label !== null && <span className={css.kind}>{label}</span>}
        <Badge tone={tone} solid={solid}>
          {word}
        </Badge>
      </div>
      <div className={css.line}>
        <span className={css.url}>
          <VisuallyHidden>Proxy address: </VisuallyHidden>
          <code>{proxyUrl}</code>
          <CopyButton text={proxyUrl} label={`Copy the proxy address of ${name}`} />
        </span>
        <span className={css.target} title={targetUrl}>
          for {targetUrl.replace(/^https?:\/\//, '')}
        </span>
      </div>
      {health !== 'up' && note !== null && <p className={css.note}>{note}</p>}
    </li>
  );
}
