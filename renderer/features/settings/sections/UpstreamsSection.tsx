import type { JSX } from 'react';
import type { SettingsView } from '../../../shared/ipc.ts';
import { useSlice } from '../../state/context.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { exactUsagePatch, exactUsageOf } from './exact-usage.ts';
import type { NamedUpstream } from './exact-usage.ts';
import { Section } from './Section.tsx';
import { SettingNotes } from './SettingNotes.tsx';
import { useSave } from './use-save.ts';
import type { LoadedSettings } from './use-settings.ts';

/** Turns exact usage on or off for each upstream. */
export function UpstreamsSection({
  view,
  update,
}: {
  readonly view: SettingsView;
  readonly update: LoadedSettings['update'];
}): JSX.Element {
  const running = useSlice('upstreams');
  const isOverridden = view.overrides.some(({ setting }) => setting === 'upstreams');
  return (
    <Section
      title="Upstreams"
      note="Exact usage asks OpenAI-style streams for their token counts and hides them from the client."
    >
      {isOverridden ? (
        <div>
          <SettingNotes view={view} settings={['upstreams']} />
        </div>
      ) : (
        running.map((upstream) => (
          <ExactUsage key={upstream.name} upstream={upstream} view={view} update={update} />
        ))
      )}
    </Section>
  );
}

function ExactUsage({
  upstream,
  view,
  update,
}: {
  readonly upstream: NamedUpstream;
  readonly view: SettingsView;
  readonly update: LoadedSettings['update'];
}): JSX.Element {
  const { problem, save } = useSave(update);
  const saved = view.settings.upstreams;
  return (
    <Toggle
      label={`Exact usage of ${upstream.name}`}
      isOn={exactUsageOf(saved, upstream)}
      problem={problem}
      onChange={(isOn) => save(exactUsagePatch(saved, upstream, isOn))}
    />
  );
}
