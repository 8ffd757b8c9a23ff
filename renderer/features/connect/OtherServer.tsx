import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatDuration } from '../../../shared/format.ts';
import type { UpstreamTest } from '../../../shared/upstream-test.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import css from './connect.module.css';
import { serverAddress } from './server-address.ts';
import type { NewServer } from './use-server.ts';

interface OtherServerProps {
  readonly isBusy: boolean;
  readonly onUse: (server: NewServer) => void;
}

/** Any server by its address. It is asked what it is before it can be used. */
export function OtherServer({ isBusy, onUse }: OtherServerProps): JSX.Element {
  const text = useTranslations('connect.server');
  const [address, setAddress] = useState('');
  const [key, setKey] = useState('');
  const url = serverAddress(address);
  const apiKey = key === '' ? null : key;
  const { state, problem, result, run, forget } = useTest(url, apiKey);
  const edit = (change: (value: string) => void) => (value: string) => {
    forget();
    change(value);
  };
  const server = { name: result?.kind ?? 'server', url, apiKey };
  return (
    <div className={css.form}>
      <Field
        label={text('address')}
        kind="address"
        value={address}
        onChange={edit(setAddress)}
        hint={text('addressHint')}
        onEnter={run}
      />
      <Field label={text('key')} kind="secret" value={key} onChange={edit(setKey)} onEnter={run} />
      <div className={css.actions}>
        <Button onClick={run} disabled={state === 'busy' || url === ''}>
          {text(state === 'busy' ? 'testing' : 'test')}
        </Button>
        {result?.ok === true && (
          <Button onClick={() => onUse(server)} disabled={isBusy}>
            {text('use')}
          </Button>
        )}
        <TestResult result={result} problem={problem} />
      </div>
    </div>
  );
}

/** Asks the server at an address what it is. */
function useTest(
  url: string,
  apiKey: string | null,
): ReturnType<typeof useAction> & {
  readonly result: UpstreamTest | null;
  readonly forget: () => void;
} {
  const api = useApi();
  const [result, setResult] = useState<UpstreamTest | null>(null);
  const action = useAction(async () => {
    setResult(null);
    setResult(await api.send<UpstreamTest>('POST', '/upstreams/test', { url, apiKey }));
  });
  return { ...action, result, forget: () => setResult(null) };
}

function TestResult({
  result,
  problem,
}: {
  readonly result: UpstreamTest | null;
  readonly problem: string | null;
}): JSX.Element {
  const text = useTranslations('connect.server');
  const say = useSay();
  const time = formatDuration(result?.elapsedMs ?? null);
  return (
    <>
      <span role="status" className={result?.ok === false ? css.problem : css.soft}>
        {result?.ok === true &&
          `${text('works', { label: result.label ?? text('someServer'), time })} `}
        {say(result?.noteSentence, result?.note ?? '')}
      </span>
      {problem !== null && (
        <span role="alert" className={css.problem}>
          {problem}
        </span>
      )}
    </>
  );
}
