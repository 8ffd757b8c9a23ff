import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatFigure } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { formatMoment } from '../../../shared/format.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './Alerts.module.css';
import { STATUS_TONES } from './status-tones.ts';

/** More alerts would push the rules off the screen. */
const SHOWN = 6;

/** The alerts that are pending, firing or were just resolved. */
export function NowPanel(): JSX.Element {
  const text = useTranslations('alerts.now');
  const { shown, toggle } = useExpandable(useSlice('alerts'), SHOWN);
  return (
    <Panel title={text('title')}>
      {shown.length === 0 ? (
        <Note>{text('none')}</Note>
      ) : (
        <ul className={css.alerts} aria-label={text('list')}>
          {shown.map((alert) => (
            <Alert key={`${alert.rule}/${alert.subject ?? ''}`} alert={alert} />
          ))}
        </ul>
      )}
      {toggle}
    </Panel>
  );
}

function Alert({ alert }: { readonly alert: AlertState }): JSX.Element {
  const text = useTranslations('alerts.now');
  const now = useNow(false);
  const say = useSay();
  const { status, rule, message, since, figure, value, threshold } = alert;
  const { unit } = figureOf(figure);
  return (
    <li className={css.alert}>
      <Badge {...STATUS_TONES[status]}>{text(`status.${status}`)}</Badge>
      <span className={css.message}>
        <span className={css.name}>{rule}</span> {say(alert.messageSentence, message)}
      </span>
      <span className={css.against}>
        {unit !== 'yes_no' &&
          text('limit', {
            value: formatFigure(unit, value),
            limit: formatFigure(unit, threshold),
          })}
      </span>
      <span className={css.since}>{text('since', { time: formatMoment(since, now) })}</span>
    </li>
  );
}
