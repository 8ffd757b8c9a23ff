import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { UpstreamSetting } from '../../../../shared/settings.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import { useSlice } from '../../../state/context.tsx';
import { Badge } from '../../../ui/Badge.tsx';
import { Button } from '../../../ui/Button.tsx';
import { TakeoverList } from '../../connect/TakeoverList.tsx';
import { HIDDEN } from '../document.ts';
import { useEditable } from '../page-context.tsx';
import { Group, Problem, Rows } from '../Section.tsx';
import { SettingItems } from '../SettingItems.tsx';
import { SettingNotes } from '../SettingNotes.tsx';
import css from '../settings.module.css';
import { useChange } from '../use-change.ts';
import { FoundServers } from './FoundServers.tsx';
import { UpstreamTestButton } from './UpstreamTestButton.tsx';

/** The servers: found, added, tested, changed and removed. */
export function UpstreamsSection(): JSX.Element {
  const text = useTranslations('settings.upstreams');
  const words = useTranslations('connect.takeover');
  const { view } = useEditable();
  const { bind } = view.settings;
  const isLoopback = /^(127\.|localhost$|\[?::1)/.test(bind);
  const isOverridden = view.overrides.some(({ setting }) => setting === 'upstreams');
  return (
    <>
      <Group title={text('list')}>
        <SettingNotes view={view} settings={['upstreams']} />
        {isOverridden ? <RunningUpstreams /> : <SavedUpstreams />}
      </Group>
      <Group title={words('title')} note={words('intro')}>
        <div>
          <TakeoverList />
        </div>
        <p className={css.soft}>
          {words('running')} {isLoopback && words('others', { bind })}
        </p>
      </Group>
      <Group title={text('others')}>
        <Rows paths={['proxyPort', 'libraryUrl']} />
      </Group>
    </>
  );
}

/** What runs while a flag names the upstreams; the saved ones do not count then. */
function RunningUpstreams(): JSX.Element {
  const running = useSlice('upstreams');
  return (
    <ul className={css.items}>
      {running.map((upstream) => (
        <li key={upstream.name} className={css.item}>
          <span className={css.itemName}>{upstream.name}</span>
          <span className={css.itemValue}>
            <Facts upstream={upstream} saved={null} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function SavedUpstreams(): JSX.Element {
  const text = useTranslations('settings.upstreams');
  const running = useSlice('upstreams');
  const { view } = useEditable();
  const names = running.map(({ name }) => name).join(', ');
  return (
    <>
      <SettingItems<UpstreamSetting>
        path="upstreams"
        title={text('list')}
        noun={text('noun')}
        empty={text('empty', { count: running.length, names })}
        nameOf={({ name }) => name}
        describe={(saved) => (
          <Facts upstream={running.find(({ name }) => name === saved.name) ?? null} saved={saved} />
        )}
        consequence={text('removal')}
        extra={(draft) => (
          <UpstreamTestButton
            url={String(draft.url)}
            apiKey={draft.apiKey === HIDDEN ? null : String(draft.apiKey)}
            name={draft.apiKey === HIDDEN ? String(draft.name) : null}
          />
        )}
      />
      {view.settings.upstreams.length === 0 && <SaveDefault />}
      <FoundServers />
    </>
  );
}

/** The default server is in no settings file; it is saved before it can be changed. */
function SaveDefault(): JSX.Element {
  const text = useTranslations('settings.upstreams');
  const running = useSlice('upstreams');
  const { problem, change } = useChange();
  const names = running.map(({ name }) => name).join(', ');
  const upstreams = running.map(({ name, targetUrl }) => ({ name, url: targetUrl }));
  return (
    <div>
      <Button onClick={() => void change({ upstreams }, names)}>
        {text('saveDefault', { name: names })}
      </Button>
      <Problem line={problem} />
    </div>
  );
}

const TONES = { up: 'good', down: 'bad', unknown: 'neutral' } as const;

/** One line of an upstream, and what is wrong with it. */
function Facts({
  upstream,
  saved,
}: {
  readonly upstream: UpstreamState | null;
  readonly saved: UpstreamSetting | null;
}): JSX.Element {
  const text = useTranslations('settings.upstreams');
  const {
    health = 'unknown',
    label = null,
    note = null,
    proxyUrl,
    keyStorage = null,
  } = upstream ?? {};
  const facts = [
    label,
    saved?.url ?? upstream?.targetUrl,
    proxyUrl === undefined ? null : `${text('proxy')} ${proxyUrl}`,
    saved?.exactUsage === true ? text('exact') : null,
    keyStorage === null ? null : text('keyed', { storage: keyStorage }),
    saved?.injectKey === true ? text('injects') : null,
  ].filter((fact) => fact !== null && fact !== undefined);
  return (
    <>
      <Badge tone={TONES[health]} solid={health !== 'unknown'}>
        {text(`health.${health}`)}
      </Badge>{' '}
      {facts.join(' · ')}
      {note !== null && <span className={css.itemNote}>{note}</span>}
    </>
  );
}
