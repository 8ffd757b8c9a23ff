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

interface ReporterProps {
  readonly saved: ReporterSettings;
  readonly settings: LoadedSettings;
}

/**
 * Settings of the reporter, which sends the usage of each period to an address of the user's
 * choice.
 */
export function ReporterSection(props: ReporterProps): JSX.Element {
  return (
    <Section
      title="Reporter"
      note="Sends the usage of each period to an address of yours. Off while there is none."
    >
      <ReporterForm {...props} />
      <Preview />
    </Section>
  );
}

function ReporterForm({ saved, settings }: ReporterProps): JSX.Element {
  const { url, setUrl, interval, setInterval } = useFields(saved);
  const { problem, isSaving, isSaved, save, edited } = useSave(settings.update);
  const isChanged = url.trim() !== (saved.url ?? '') || interval !== `${saved.intervalMinutes}`;
  const isOfInterval = problem?.startsWith('reporter.intervalMinutes') ?? false;
  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        save(patchOf(url, interval));
      }}
      onChange={edited}
    >
      <div className={css.fields}>
        <Field
          label="Address"
          kind="address"
          value={url}
          placeholder="https://…"
          problem={isOfInterval ? null : besideField(problem)}
          onChange={setUrl}
        />
        <Field
          label="Every"
          kind="number"
          unit="minutes"
          value={interval}
          problem={isOfInterval ? besideField(problem) : null}
          onChange={setInterval}
        />
      </div>
      <SaveLine disabled={!isChanged || isSaving} saved={isSaved ? saved : null} />
    </form>
  );
}

interface Fields {
  readonly url: string;
  readonly setUrl: (url: string) => void;
  readonly interval: string;
  readonly setInterval: (interval: string) => void;
}

/** The texts in the fields. They follow the settings when these are saved, here or elsewhere. */
function useFields(saved: ReporterSettings): Fields {
  const [url, setUrl] = useState(saved.url ?? '');
  const [interval, setInterval] = useState(`${saved.intervalMinutes}`);
  const [shown, setShown] = useState(saved);
  if (shown.url !== saved.url || shown.intervalMinutes !== saved.intervalMinutes) {
    setShown(saved);
    setUrl(saved.url ?? '');
    setInterval(`${saved.intervalMinutes}`);
  }
  return { url, setUrl, interval, setInterval };
}

function SaveLine({
  disabled,
  saved,
}: {
  readonly disabled: boolean;
  /** What has just been saved; null before. */
  readonly saved: ReporterSettings | null;
}): JSX.Element {
  return (
    <div className={css.submit}>
      <Button disabled={disabled}>Save</Button>
      <span role="status" className={css.soft}>
        {saved !== null && (saved.url === null ? 'Saved; the reporter is off.' : 'Saved.')}
      </span>
    </div>
  );
}

function patchOf(url: string, interval: string): Record<string, unknown> {
  const address = url.trim() === '' ? null : url.trim();
  // Text that is not a number is sent unchanged, so that the server explains the problem.
  const minutes = /^\d+$/.test(interval.trim()) ? Number(interval) : interval;
  return { reporter: { url: address, intervalMinutes: minutes } };
}

/** The first problem without the setting's name, which the field's label already shows. */
function besideField(problem: string | null): string | null {
  return problem?.replace(/; .*$/s, '').replace(/^reporter\.\w+: /, '') ?? null;
}
