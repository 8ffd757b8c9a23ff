import { useState } from 'react';
import type { JSX } from 'react';
import type { ReporterSettings } from '../../../shared/reporter.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Preview } from './Preview.tsx';
import { Section } from './Section.tsx';
import css from './settings.module.css';
import { useSave } from './use-save.ts';
import type { LoadedSettings } from './use-settings.ts';

/** The usage of each period, sent to an address of the user's own. */
export function ReporterSection({
  saved,
  settings,
}: {
  readonly saved: ReporterSettings;
  readonly settings: LoadedSettings;
}): JSX.Element {
  const [url, setUrl] = useState(saved.url ?? '');
  const [interval, setInterval] = useState(`${saved.intervalMinutes}`);
  const { problem, isSaving, isSaved, save, edited } = useSave(settings.update);
  const isChanged = url.trim() !== (saved.url ?? '') || interval !== `${saved.intervalMinutes}`;
  const isOfInterval = problem?.startsWith('reporter.intervalMinutes') ?? false;

  const submit = (): void => {
    const address = url.trim() === '' ? null : url.trim();
    // What is no number is for the server to refuse, with the words it has for it.
    const minutes = /^\d+$/.test(interval.trim()) ? Number(interval) : interval;
    save({ reporter: { url: address, intervalMinutes: minutes } });
  };

  return (
    <Section
      title="Reporter"
      note="Sends the usage of each period to an address of yours. Off while there is none."
    >
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={css.fields}>
          <Field
            label="Address"
            kind="address"
            value={url}
            placeholder="https://…"
            problem={isOfInterval ? null : besideField(problem)}
            onChange={(value) => {
              setUrl(value);
              edited();
            }}
          />
          <Field
            label="Every"
            kind="number"
            unit="minutes"
            value={interval}
            problem={isOfInterval ? besideField(problem) : null}
            onChange={(value) => {
              setInterval(value);
              edited();
            }}
          />
        </div>
        <div className={css.submit}>
          <Button disabled={!isChanged || isSaving}>Save</Button>
          <span role="status" className={css.soft}>
            {isSaved && (saved.url === null ? 'Saved; the reporter is off.' : 'Saved.')}
          </span>
        </div>
      </form>
      <Preview />
    </Section>
  );
}

/** The first thing that is wrong, without the setting's name: the field says which one it is. */
function besideField(problem: string | null): string | null {
  return problem?.replace(/; .*$/s, '').replace(/^reporter\.\w+: /, '') ?? null;
}
