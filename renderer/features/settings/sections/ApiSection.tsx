import { useState } from 'react';
import type { JSX } from 'react';
import type { SettingsView } from '../../../shared/ipc.ts';
import { useAction } from '../../state/action.ts';
import { useBridge, useSlice, useTokenFile, useTokenPrompt } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Rotation } from './Rotation.tsx';
import { Fact, Facts, Section } from './Section.tsx';
import { SettingNotes } from './SettingNotes.tsx';
import css from './settings.module.css';

/** The API's address, and the token that programs need to change things. */
export function ApiSection({ view }: { readonly view: SettingsView | null }): JSX.Element {
  const { apiUrl } = useSlice('app');
  const prompt = useTokenPrompt();
  const source = view?.tokenSource ?? null;
  return (
    <Section title="API" note="For programs. Browsers find this page at the same address.">
      <Facts>
        <Fact name="Address">
          {apiUrl === null ? (
            'not listening'
          ) : (
            <span className={css.together}>
              <code className={css.code}>{apiUrl}</code>
              <CopyButton text={apiUrl} label="Copy the address of the API" />
            </span>
          )}
          {view !== null && <SettingNotes view={view} settings={['apiPort', 'bind']} />}
        </Fact>
        <Fact name="Token">
          {prompt === null ? <KnownToken source={source} /> : <TokenPlace source={source} />}
        </Fact>
      </Facts>
    </Section>
  );
}

type Source = SettingsView['tokenSource'] | null;

/** The token's source. Its value is never sent to a browser, where the user must enter it. */
function TokenPlace({ source }: { readonly source: Source }): JSX.Element {
  const file = useTokenFile();
  const prompt = useTokenPrompt();
  if (source === 'environment') return <>from TOKWATT_API_TOKEN</>;
  return (
    <>
      <span>
        in the file <code>{file}</code>
      </span>
      {source === 'file' && <Rotation onDone={() => prompt?.forget()} />}
    </>
  );
}

function KnownToken({ source }: { readonly source: Source }): JSX.Element {
  const bridge = useBridge();
  const [token, setToken] = useState<string | null>(null);
  const show = useAction(async () => setToken(await bridge.call('getApiToken', undefined)));
  return (
    <>
      {token === null ? (
        <span className={css.soft}>
          {source === 'environment' ? 'from TOKWATT_API_TOKEN' : 'not shown'}
        </span>
      ) : (
        <span className={css.together}>
          <code className={css.code}>{token}</code>
          <CopyButton text={token} label="Copy the token" />
        </span>
      )}
      <Button plain onClick={token === null ? show.run : () => setToken(null)}>
        {token === null ? 'Show' : 'Hide'}
      </Button>
      {show.state === 'failed' && <span role="alert">It could not be read.</span>}
      {source === 'file' && <Rotation onDone={() => setToken(null)} />}
    </>
  );
}
