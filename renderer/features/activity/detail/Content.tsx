import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityCapture, CapturedMessage } from '../../../../shared/activity.ts';
import { readAnswer } from '../../../../shared/conversation/answer.ts';
import { readRequest } from '../../../../shared/conversation/request.ts';
import { formatBytes } from '../../../../shared/format.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { navigate } from '../../../state/address.ts';
import { addressOf } from '../../../../shared/page-address.ts';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { Tabs } from '../../../ui/Tabs.tsx';
import { Conversation } from './Conversation.tsx';
import css from './Detail.module.css';
import { isMissing, useCapture } from './use-capture.ts';

/** What was asked and answered, if it was captured. */
export function Content({ row }: { readonly row: ActivityRecord }): JSX.Element {
  const text = useTranslations('activity.detail');
  const result = useCapture(row.id);
  return (
    <Panel title={text('content')}>
      {isMissing(result) ? (
        <div className={css.missing}>
          <p>{text('noCapture')}</p>
          <Button onClick={() => navigate(addressOf('settings'))}>{text('openSettings')}</Button>
        </div>
      ) : (
        <Loaded result={result}>
          {/* The last data is that of another exchange until this one's is there. */}
          {(capture) => (capture.id === row.id ? <Captured capture={capture} /> : null)}
        </Loaded>
      )}
    </Panel>
  );
}

function Captured({ capture }: { readonly capture: ActivityCapture }): JSX.Element {
  const text = useTranslations('activity.detail');
  const [tab, setTab] = useState('conversation');
  return (
    <Tabs
      label={text('content')}
      selected={tab}
      onSelect={setTab}
      tabs={[
        { id: 'conversation', title: text('conversation'), content: () => <Said {...capture} /> },
        { id: 'raw', title: text('raw'), content: () => <Raw {...capture} /> },
        { id: 'headers', title: text('headers'), content: () => <AllHeaders {...capture} /> },
      ]}
    />
  );
}

function Said({ request, response }: ActivityCapture): JSX.Element {
  const text = useTranslations('activity.detail');
  const asked = request.encoding === 'utf-8' ? readRequest(request.body) : null;
  const answer = response.encoding === 'utf-8' ? readAnswer(response.body) : null;
  if (asked === null && answer === null) {
    return <p className={css.quiet}>{text('noConversation')}</p>;
  }
  return <Conversation messages={[...(asked ?? []), ...(answer === null ? [] : [answer])]} />;
}

function Raw({ request, response }: ActivityCapture): JSX.Element {
  const text = useTranslations('activity.detail');
  return (
    <>
      <Body title={text('request')} message={request} />
      <Body title={text('answer')} message={response} />
    </>
  );
}

function Body({
  title,
  message,
}: {
  readonly title: string;
  readonly message: CapturedMessage;
}): JSX.Element {
  const text = useTranslations('activity.detail');
  const { body, encoding, bodyBytes, truncated } = message;
  const shown =
    encoding === 'utf-8' ? pretty(body) : text('binary', { bytes: formatBytes(bodyBytes) });
  const sizes = { shown: formatBytes(body.length), whole: formatBytes(bodyBytes) };
  return (
    <>
      <h3 className={css.subtitle}>
        {title} {encoding === 'utf-8' && <CopyButton text={body} label={title} />}
      </h3>
      <pre className={css.raw} tabIndex={0} aria-label={title}>
        {shown}
      </pre>
      {truncated && <p className={css.quiet}>{text('truncated', sizes)}</p>}
    </>
  );
}

/** A single document with indents; anything else, such as a stream, as it is. */
function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function AllHeaders({ request, response }: ActivityCapture): JSX.Element {
  const text = useTranslations('activity.detail');
  return (
    <>
      <Headers title={text('request')} message={request} />
      <Headers title={text('answer')} message={response} />
    </>
  );
}

function Headers({
  title,
  message,
}: {
  readonly title: string;
  readonly message: CapturedMessage;
}): JSX.Element {
  return (
    <>
      <h3 className={css.subtitle}>{title}</h3>
      <dl className={css.headers}>
        {message.headers.map(([name, value], at) => (
          // A header may come twice.
          <div key={`${name} ${at}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
