import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { addressOf } from '../../../shared/page-address.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import type { Answer, Problem } from './types.ts';
import css from './Conversation.module.css';

/** Codes of the API that a look at the models, or at the servers, helps with. */
const OF_MODELS = ['not_found'];
const OF_SERVERS = [
  'upstream',
  'upstream_unreachable',
  'upstream_locked',
  'upstream_failed',
  'upstream_died',
];

/** Why there is no answer, and what to do. */
export function ProblemNote({
  answer: { choice },
  problem: { code, message, said },
  onAgain,
}: {
  readonly answer: Answer;
  readonly problem: Problem;
  readonly onAgain: () => void;
}): JSX.Element {
  const text = useTranslations('playground.problem');
  const say = useSay();
  const isOf = (codes: readonly string[]): boolean => code !== null && codes.includes(code);
  const words =
    code === 'token_required'
      ? text('declined')
      : code === 'broken_off' || message === ''
        ? text('brokenOff')
        : say(said, message);
  return (
    <Banner
      tone="bad"
      action={
        <span className={css.actions}>
          {isOf(OF_MODELS) && <Link href={addressOf('models')}>{text('toModels')}</Link>}
          {isOf(OF_SERVERS) && <Link href={addressOf('settings')}>{text('toServers')}</Link>}
          <Button onClick={onAgain}>{text('again')}</Button>
        </span>
      }
    >
      {text('title', { model: choice.model })} {words}
    </Banner>
  );
}
