import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { useSelected } from '../state/context.tsx';
import { lastAddressOf } from '../state/last-address.ts';
import { formatCount } from '../../shared/format.ts';
import type { PageName } from '../../shared/page-address.ts';
import type { State } from '../../shared/snapshot.ts';
import { classNames } from '../ui/class-name.ts';
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
  const count = useCount(page.name);
  const prepare = (): void => void page.load();
  return (
    <Link
      href={lastAddressOf(page.name, isCurrent ? 'start' : 'last')}
      className={css.link}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={count === null ? title : `${title}, ${count.words}`}
      title={count === null ? `${title} (g ${page.key})` : count.words}
      onPointerEnter={prepare}
      onFocus={prepare}
    >
      <Icon path={page.icon} />
      <span className={css.name}>{title}</span>
      {count !== null && (
        <span className={classNames(css.count, count.isBad && css.bad)}>
          {formatCount(count.value)}
        </span>
      )}
    </Link>
  );
}

interface Count {
  readonly value: number;
  /** What is counted, for the title and for screen readers. */
  readonly words: string;
  readonly isBad: boolean;
}

/** The figure beside a page's name: requests in flight, alerts that fire. Null if there are none. */
function useCount(page: PageName): Count | null {
  const text = useTranslations('frame');
  const running = useSelected(({ inFlight }) => inFlight.length);
  const firing = useSelected(firingCount);
  if (page === 'overview' && running > 0) {
    return { value: running, words: text('running', { count: running }), isBad: false };
  }
  if (page === 'alerts' && firing > 0) {
    return { value: firing, words: text('firing', { count: firing }), isBad: true };
  }
  return null;
}

function firingCount({ alerts }: Pick<State, 'alerts'>): number {
  return alerts.filter(({ status }) => status === 'firing').length;
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
