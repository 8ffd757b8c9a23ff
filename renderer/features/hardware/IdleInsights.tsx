import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatInsightFigure } from '../../../shared/insights.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSlice } from '../../state/context.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import css from './hardware.module.css';

/** Insights about load that nothing asked for. */
const IDLE_KINDS: readonly string[] = ['phantom_load', 'busy_without_tokens', 'repeated_loads'];

/** What is wasted now. The page of alerts says what to do. */
export function IdleInsights(): JSX.Element | null {
  const text = useTranslations('hardware.idle');
  const say = useSay();
  const { current } = useSlice('insights');
  const found = current.filter(({ kind }) => IDLE_KINDS.includes(kind));
  if (found.length === 0) return null;
  return (
    <ul className={css.insights}>
      {found.map(({ kind, subject, title, titleSentence, figure }) => (
        <li key={`${kind} ${subject}`}>
          <a
            className={css.link}
            href={`#${addressOf('alerts')}`}
            aria-label={text('insight', { title: say(titleSentence, title) })}
          >
            {say(titleSentence, title)}
          </a>
          <span>{formatInsightFigure(figure)}</span>
        </li>
      ))}
    </ul>
  );
}
