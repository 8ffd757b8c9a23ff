import type { JSX } from 'react';
import type { UpdateSettings } from '../../../shared/reporter.ts';
import { formatMoment } from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { Section } from './Section.tsx';
import css from './settings.module.css';
import { useSave } from './use-save.ts';
import type { LoadedSettings } from './use-settings.ts';

/** Turns the check for newer versions on or off. */
export function UpdatesSection({
  saved: { check, url },
  settings,
}: {
  readonly saved: UpdateSettings;
  readonly settings: LoadedSettings;
}): JSX.Element {
  const { problem, save } = useSave(settings.update);
  const isOn = check === true;
  return (
    <Section title="Updates" note="Nobody is asked until you turn it on. Nothing is installed.">
      <Toggle
        label="Ask once a day whether there is a newer version"
        isOn={isOn}
        problem={problem}
        {...(url === null && isOn
          ? { hint: 'There is no address to ask yet: set updates.url in settings.json.' }
          : {})}
        onChange={(next) => save({ updates: { check: next } })}
      />
      <Known />
    </Section>
  );
}

function Known(): JSX.Element | null {
  const { newer, url, checkedAt, message } = useSlice('updates');
  const now = useNow(false);
  if (message !== null) return <p className={css.soft}>{message}</p>;
  if (checkedAt === null) return null;
  const asked = `Asked last: ${formatMoment(checkedAt, now)}.`;
  return (
    <p className={css.soft}>
      {newer === null ? 'This is the newest version.' : `Version ${newer} is out.`}{' '}
      {newer !== null && url !== null && <code>{url}</code>} {asked}
    </p>
  );
}
