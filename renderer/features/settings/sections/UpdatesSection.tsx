import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatMoment } from '../../../../shared/format.ts';
import { useAction } from '../../../state/action.ts';
import { useApi } from '../../../state/api.tsx';
import { useNow } from '../../../state/clock.ts';
import { useSlice } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { useEditable } from '../page-context.tsx';
import { Group, Problem, Rows } from '../Section.tsx';
import css from '../settings.module.css';
import { AppUpdate } from './AppUpdate.tsx';

/** Updates of the desktop, and the check over an address of one's own. */
export function UpdatesSection(): JSX.Element {
  const text = useTranslations('settings.updates');
  return (
    <>
      <Group title={text('desktop')}>
        <Rows paths={['updates.mode']} />
        <AppUpdate />
      </Group>
      <Group title={text('address')} note={text('addressNote')}>
        <OwnAddress />
      </Group>
    </>
  );
}

function OwnAddress(): JSX.Element {
  const text = useTranslations('settings.updates');
  const { url } = useEditable().view.settings.updates;
  const api = useApi();
  const { state, problem, run } = useAction(() =>
    api.send<undefined>('POST', '/updates/check', {}),
  );
  return (
    <>
      <Rows paths={['updates.check', 'updates.url']} />
      {url === null ? (
        <p className={css.soft}>{text('noAddress')}</p>
      ) : (
        <div>
          <Button onClick={run} disabled={state === 'busy'}>
            {text('now')}
          </Button>
        </div>
      )}
      <Problem line={problem} />
      <Known />
    </>
  );
}

function Known(): JSX.Element | null {
  const text = useTranslations('settings.updates');
  const { newer, url, checkedAt, message } = useSlice('updates');
  const now = useNow(false);
  if (message !== null) return <p className={css.soft}>{message}</p>;
  if (checkedAt === null) return null;
  return (
    <p className={css.soft}>
      {newer === null ? text('newest') : text('newer', { version: newer })}{' '}
      {newer !== null && url !== null && <code>{url}</code>}{' '}
      {text('asked', { time: formatMoment(checkedAt, now) })}
    </p>
  );
}
