import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { SettingsView } from '../../../../shared/ipc.ts';
import { useAction } from '../../../state/action.ts';
import { useBridge, useSlice, useTokenFile, useTokenPrompt } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { asCode } from '../as-code.tsx';
import { useEditable } from '../page-context.tsx';
import { Fact, Facts, Group, Rows } from '../Section.tsx';
import css from '../settings.module.css';
import { Rotation } from './Rotation.tsx';

/** The API's address and token, the ports, and who may ask. */
export function ApiSection(): JSX.Element {
  const text = useTranslations('settings.api');
  return (
    <>
      <Group title={text('group')}>
        <Facts>
          <Address />
          <Token />
        </Facts>
      </Group>
      <Group title={text('network')}>
        <Rows paths={['apiPort', 'bind']} />
      </Group>
      <Group title={text('allowed')}>
        <Rows paths={['allowedHosts', 'allowedOrigins']} />
      </Group>
      <Group title={text('hops')}>
        <Rows paths={['trustedHops']} />
      </Group>
    </>
  );
}

function Address(): JSX.Element {
  const text = useTranslations('settings.api');
  const { apiUrl } = useSlice('app');
  return (
    <Fact name={text('address')}>
      {apiUrl === null ? (
        text('notListening')
      ) : (
        <span className={css.together}>
          <code className={css.code}>{apiUrl}</code>
          <CopyButton text={apiUrl} label={text('copyAddress')} />
        </span>
      )}
    </Fact>
  );
}

type Source = SettingsView['tokenSource'];

function Token(): JSX.Element {
  const text = useTranslations('settings.api');
  const prompt = useTokenPrompt();
  const { tokenSource } = useEditable().view;
  return (
    <Fact name={text('token')}>
      {prompt === null ? <KnownToken source={tokenSource} /> : <TokenPlace source={tokenSource} />}
    </Fact>
  );
}

/** The token's source. Its value is never sent to a browser, where the user must enter it. */
function TokenPlace({ source }: { readonly source: Source }): JSX.Element {
  const text = useTranslations('settings.api');
  const file = useTokenFile();
  const prompt = useTokenPrompt();
  if (source === 'environment') return <>{text('fromEnvironment')}</>;
  return (
    <>
      <span>{text.rich('inFile', { file: file ?? '', ...asCode })}</span>
      <Rotation onDone={() => prompt?.forget()} />
    </>
  );
}

function KnownToken({ source }: { readonly source: Source }): JSX.Element {
  const text = useTranslations('settings.api');
  const bridge = useBridge();
  const [token, setToken] = useState<string | null>(null);
  const show = useAction(async () => setToken(await bridge.call('getApiToken', undefined)));
  return (
    <>
      {token === null ? (
        <span className={css.soft}>
          {text(source === 'environment' ? 'fromEnvironment' : 'notShown')}
        </span>
      ) : (
        <span className={css.together}>
          <code className={css.code}>{token}</code>
          <CopyButton text={token} label={text('copyToken')} />
        </span>
      )}
      <Button plain onClick={token === null ? show.run : () => setToken(null)}>
        {text(token === null ? 'show' : 'hide')}
      </Button>
      {show.state === 'failed' && <span role="alert">{text('unreadable')}</span>}
      {source === 'file' && <Rotation onDone={() => setToken(null)} />}
    </>
  );
}
