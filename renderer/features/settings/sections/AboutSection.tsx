import type { JSX } from 'react';
import { formatClock, localDate } from '../../../shared/format.ts';
import type { SettingsView } from '../../../shared/ipc.ts';
import { useSlice } from '../../state/context.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Fact, Facts, Section } from './Section.tsx';
import { SettingNotes } from './SettingNotes.tsx';
import css from './settings.module.css';

/** The version and the folders in use. */
export function About({ view }: { readonly view: SettingsView | null }): JSX.Element {
  const { version, startedAt, dataDir } = useSlice('app');
  return (
    <Section title="About">
      <Facts>
        <Fact name="Version">{version}</Fact>
        <Fact name="Running since">
          {localDate(startedAt)} {formatClock(startedAt)}
        </Fact>
        <Fact name="Data folder">
          <span className={css.together}>
            <code className={css.code}>{dataDir}</code>
            <CopyButton text={dataDir} label="Copy the path of the data folder" />
          </span>
          {view !== null && <SettingNotes view={view} settings={['upstreams', 'proxyPort']} />}
        </Fact>
      </Facts>
    </Section>
  );
}
