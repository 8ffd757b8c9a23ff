import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { addressOf } from '../../../shared/page-address.ts';
import { useSlice } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { ConnectClient } from '../connect/ConnectClient.tsx';
import { ServerChoice } from '../connect/ServerChoice.tsx';
import css from './FirstRun.module.css';

/** Shown in place of the figures until the first request: choose a server, then connect a client. */
export function FirstRun(): JSX.Element {
  const text = useTranslations('connect');
  const usable = useSlice('upstreams').filter(({ health }) => health !== 'down');
  const [isChoosing, setChoosing] = useState(false);
  const [first, ...others] = usable;
  if (first === undefined) {
    return (
      <Panel title={text('server.title')} aside={text('server.intro')}>
        <ServerChoice />
      </Panel>
    );
  }
  return (
    <>
      <Panel
        title={text('client.title')}
        aside={
          <Button plain onClick={() => setChoosing(!isChoosing)}>
            {text('server.change')}
          </Button>
        }
      >
        <ConnectClient upstreams={[first, ...others]} />
        <p className={css.other}>
          <a href={`#${addressOf('settings', 'upstreams')}`}>{text('client.noChange')}</a>
        </p>
      </Panel>
      {isChoosing && (
        <Panel title={text('server.title')}>
          <ServerChoice />
        </Panel>
      )}
    </>
  );
}
