import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useSlice } from '../state/context.tsx';
import { lastAddressOf } from '../state/last-address.ts';
import { formatCount } from '../../shared/format.ts';
import { VisuallyHidden } from '../ui/VisuallyHidden.tsx';
import { Icon } from './Icon.tsx';
import { PAGES } from './pages.tsx';
import type { Page } from './pages.tsx';
import css from './Rail.module.css';

/** The navigation: beside the page, as icons alone where that is narrow, below it on a phone. */
export function Rail({ current }: { readonly current: Page }): JSX.Element {
  const text = useTranslations('frame');
  return (
    <nav className={css.rail} aria-label={text('navigation')}>
      <div className={css.brand} aria-hidden="true">
        <Mark />
        <span className={css.word}>Tokwatt</span>
      </div>
      <ul className={css.pages}>
        {PAGES.map((page) => (
          <li key={page.name} className={css[page.name]}>
            <PageLink page={page} isCurrent={page === current} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Leads to where the page was left, except from the page itself, which it resets. */
function PageLink({
  page,
  isCurrent,
}: {
  readonly page: Page;
  readonly isCurrent: boolean;
}): JSX.Element {
  const text = useTranslations('frame');
  const title = text(`pages.${page.name}`);
  const prepare = (): void => void page.load();
  return (
    <Link
      href={isCurrent ? lastAddressOf(page.name, 'start') : lastAddressOf(page.name, 'last')}
      className={css.link}
      aria-current={isCurrent ? 'page' : undefined}
      title={`${title} (g ${page.key})`}
      onPointerEnter={prepare}
      onFocus={prepare}
    >
      <Icon path={page.icon} />
      <span className={css.name}>{title}</span>
      {page.name === 'overview' && <Running />}
      {page.name === 'alerts' && <Firing />}
    </Link>
  );
}

function Running(): JSX.Element | null {
  const text = useTranslations('frame');
  const count = useSlice('inFlight').length;
  return count === 0 ? null : <Count count={count} title={text('running', { count })} />;
}

function Firing(): JSX.Element | null {
  const text = useTranslations('frame');
  const count = useSlice('alerts').filter(({ status }) => status === 'firing').length;
  return count === 0 ? null : <Count count={count} title={text('firing', { count })} isBad />;
}

function Count({
  count,
  title,
  isBad = false,
}: {
  readonly count: number;
  readonly title: string;
  readonly isBad?: boolean;
}): JSX.Element {
  return (
    <span className={`${css.count ?? ''} ${isBad ? (css.bad ?? '') : ''}`} title={title}>
      <span aria-hidden="true">{formatCount(count)}</span>
      <VisuallyHidden>{title}</VisuallyHidden>
    </span>
  );
}

/** The application's icon: a dial with a bolt for its needle. */
function Mark(): JSX.Element {
  return (
    <svg className={css.mark} viewBox="0 0 16 16">
      <path d="M3.1 12.9A6.6 6.6 0 1 1 12.9 12.9" />
      <path className={css.bolt} d="M9.5 4.2 5 9.6h2.5l-.9 4.6 4.5-6.2H8.6Z" />
    </svg>
  );
}
