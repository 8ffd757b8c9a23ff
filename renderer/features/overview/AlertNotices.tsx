import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertState } from '../../../shared/alert-state.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSlice } from '../../state/context.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import { Banner } from '../../ui/Banner.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { announcedRules, firingAlerts } from './alert-notices.ts';
import css from './Notices.module.css';

const TONES = { info: 'info', warning: 'warn', critical: 'bad' } as const;
/** More alerts would push the figures off the screen. */
const SHOWN = 3;

/** The firing alerts. Each links to the page of alerts. */
export function AlertNotices(): JSX.Element {
  const text = useTranslations('overview.notices');
  const firing = firingAlerts(useSlice('alerts'));
  const rules = announcedRules(firing);
  const { shown, toggle } = useExpandable(firing, SHOWN);
  return (
    <>
      <VisuallyHidden status>
        {rules.length > 0 && text('announced', { count: rules.length, rules: rules.join(', ') })}
      </VisuallyHidden>
      {firing.length > 0 && (
        <div className={css.notices}>
          <ul className={css.notices} aria-label={text('alerts')}>
            {shown.map((alert) => (
              <li key={`${alert.rule}/${alert.subject ?? ''}`}>
                <Notice alert={alert} />
              </li>
            ))}
          </ul>
          {toggle !== null && <div>{toggle}</div>}
        </div>
      )}
    </>
  );
}

function Notice({
  alert: { rule, severity, message, messageSentence },
}: {
  readonly alert: AlertState;
}): JSX.Element {
  const say = useSay();
  return (
    <Banner tone={TONES[severity]}>
      <VisuallyHidden>{severity}: </VisuallyHidden>
      <a className={css.rule} href={`#${addressOf('alerts')}`}>
        {rule}
      </a>{' '}
      {say(messageSentence, message)}
    </Banner>
  );
}
