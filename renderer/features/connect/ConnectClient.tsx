import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { clientGuides } from '../../../shared/connect/client-guides.ts';
import type { ClientId } from '../../../shared/connect/client-guide.ts';
import { addressOf } from '../../../shared/page-address.ts';
import type { UpstreamState } from '../../../shared/slices.ts';
import { useBridge } from '../../state/context.tsx';
import { Select } from '../../ui/Select.tsx';
import { ClientChoice } from './ClientChoice.tsx';
import { ClientDetail } from './ClientDetail.tsx';
import css from './connect.module.css';
import { useModels } from './use-models.ts';
import { useSightings } from './use-seen.ts';

/** Stands for the name of a model where none is known. */
const PLACEHOLDER = 'your-model';

/** What to change in each kind of client so that it asks the proxy of one of the servers. */
export function ConnectClient({
  upstreams,
}: {
  readonly upstreams: readonly [UpstreamState, ...UpstreamState[]];
}): JSX.Element {
  const { platform } = useBridge();
  const [server, setServer] = useState('');
  const [named, setNamed] = useState('');
  const [client, setClient] = useState<ClientId | null>(null);
  const upstream = upstreams.find(({ name }) => name === server) ?? upstreams[0];
  const models = useModels(upstream.name);
  const model = models.includes(named) ? named : (models[0] ?? null);
  const sightingOf = useSightings();
  const guides = clientGuides({ ...upstream, platform, model: model ?? PLACEHOLDER });
  const guide = guides.find(({ id }) => id === client) ?? guides[0];
  return (
    <>
      <Introduction upstream={upstream} />
      <Choices
        {...{ upstreams, upstream, models, model, onServer: setServer, onModel: setNamed }}
      />
      {guide !== undefined && (
        <>
          <ClientChoice
            guides={guides}
            chosen={guide.id}
            isSeen={(each) => sightingOf(each) !== null}
            onChoose={setClient}
          />
          <ClientDetail
            guide={guide}
            upstream={upstream.name}
            model={model}
            sighting={sightingOf(guide)}
          />
        </>
      )}
    </>
  );
}

function Introduction({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  const text = useTranslations('connect.client');
  return (
    <p className={css.intro}>
      {text.rich('intro', {
        proxy: () => <code>{upstream.proxyUrl}</code>,
        target: () => <code>{upstream.targetUrl}</code>,
      })}
    </p>
  );
}

function Choices({
  upstreams,
  upstream,
  models,
  model,
  onServer,
  onModel,
}: {
  readonly upstreams: readonly UpstreamState[];
  readonly upstream: UpstreamState;
  readonly models: readonly string[];
  readonly model: string | null;
  readonly onServer: (name: string) => void;
  readonly onModel: (name: string) => void;
}): JSX.Element {
  const text = useTranslations('connect.client');
  return (
    <div className={css.choices}>
      {upstreams.length > 1 && (
        <Select
          label={text('server')}
          value={upstream.name}
          onChange={onServer}
          options={upstreams.map(({ name }) => ({ value: name, label: name }))}
        />
      )}
      {model !== null && models.length > 1 && (
        <Select
          label={text('model')}
          value={model}
          onChange={onModel}
          options={models.map((name) => ({ value: name, label: name }))}
        />
      )}
      {model === null && <NoModel />}
    </div>
  );
}

function NoModel(): JSX.Element {
  const text = useTranslations('connect.client');
  return (
    <p className={css.place}>
      {text('noModel')} <a href={`#${addressOf('models')}`}>{text('getModel')}</a>
    </p>
  );
}
