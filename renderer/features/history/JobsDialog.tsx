import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatCompact, formatCount, formatElapsed, formatTotal } from '../../../shared/format.ts';
import type { JobView } from '../../../shared/jobs.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { Note } from '../../ui/Note.tsx';
import css from './history.module.css';
import type { HistoryState } from './use-history.ts';
import type { Filters } from './view.ts';

export interface JobsDialogProps {
  readonly jobs: HistoryState['jobs'];
  /** Of the page; a new job takes them. */
  readonly filters: Filters;
  readonly onShow: (job: JobView) => void;
  readonly onDeleted: (name: string) => void;
  readonly onClose: () => void;
}

/** All jobs, what they counted, and a new one. */
export function JobsDialog(props: JobsDialogProps): JSX.Element {
  const { jobs, filters, onShow, onDeleted, onClose } = props;
  const text = useTranslations('history.jobs');
  const [deleted, setDeleted] = useState<JobView | null>(null);
  const api = useApi();
  const reload = async (): Promise<void> => {
    await jobs.refetch();
  };
  const remove = async (name: string): Promise<void> => {
    await api.send('DELETE', pathOf(name));
    onDeleted(name);
    await reload();
  };
  if (deleted !== null) {
    return (
      <ConfirmDialog
        title={text('deleteTitle', { name: deleted.name })}
        verb={text('delete')}
        isOpen
        onClose={() => setDeleted(null)}
        perform={() => remove(deleted.name)}
      >
        {text('deleteText')}
      </ConfirmDialog>
    );
  }
  return (
    <Dialog title={text('title')} isOpen onClose={onClose}>
      <Note>{text('intro')}</Note>
      <Loaded result={jobs}>
        {({ jobs: list }) => <List {...{ list, onShow, reload }} onDelete={setDeleted} />}
      </Loaded>
      <NewJob filters={filters} onStarted={reload} />
    </Dialog>
  );
}

function List({
  list,
  onShow,
  onDelete,
  reload,
}: {
  readonly list: readonly JobView[];
  readonly onShow: (job: JobView) => void;
  readonly onDelete: (job: JobView) => void;
  readonly reload: () => Promise<void>;
}): JSX.Element {
  const text = useTranslations('history.jobs');
  if (list.length === 0) return <Note>{text('none')}</Note>;
  return (
    <ul className={css.jobs} aria-label={text('list')}>
      {list.map((job) => (
        <Job key={job.name} {...{ job, onShow, reload }} onDelete={() => onDelete(job)} />
      ))}
    </ul>
  );
}

function pathOf(name: string): string {
  return `/jobs/${encodeURIComponent(name)}`;
}

function Job({
  job,
  onShow,
  onDelete,
  reload,
}: {
  readonly job: JobView;
  readonly onShow: (job: JobView) => void;
  readonly onDelete: () => void;
  readonly reload: () => Promise<void>;
}): JSX.Element {
  const text = useTranslations('history.jobs');
  const api = useApi();
  const verb = job.running ? 'stop' : 'resume';
  const turn = useAction(async () => {
    await api.send('POST', `${pathOf(job.name)}/${verb}`);
    await reload();
  });
  return (
    <li className={css.job}>
      <strong>{job.name}</strong>
      <Button plain onClick={() => onShow(job)}>
        {text('show')}
      </Button>
      <MenuButton
        label={text('actions', { name: job.name })}
        entries={[
          { id: verb, title: text(verb), run: turn.run },
          { id: 'delete', title: text('delete'), run: onDelete, isDestructive: true },
        ]}
      />
      <JobFigures job={job} />
      {turn.problem !== null && <p role="alert">{turn.problem}</p>}
    </li>
  );
}

function JobFigures({
  job: { tally, filter, running, runTimeMs },
}: {
  readonly job: JobView;
}): JSX.Element {
  const text = useTranslations('history.jobs');
  const named = Object.values(filter).filter((value) => value !== undefined);
  const parts = [
    named.length === 0 ? text('everything') : named.join(', '),
    text(running ? 'running' : 'ran', { time: formatElapsed(runTimeMs) }),
    text('sums', {
      requests: formatCount(tally.requests),
      input: formatTotal(tally.inputTokens, tally, formatCompact),
      output: formatTotal(tally.outputTokens, tally, formatCompact),
    }),
  ];
  return <span className={css.jobFigures}>{parts.join(' · ')}</span>;
}

function NewJob({
  filters: { model, upstream, application, key },
  onStarted,
}: {
  readonly filters: Filters;
  readonly onStarted: () => Promise<void>;
}): JSX.Element {
  const text = useTranslations('history.jobs');
  const api = useApi();
  const [name, setName] = useState('');
  // A job has no other filters.
  const filter = { model, upstream, client: application, key };
  const start = useAction(async () => {
    await api.send('POST', '/jobs', { name: name.trim(), filter });
    setName('');
    await onStarted();
  });
  return (
    <form
      className={css.newJob}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') start.run();
      }}
    >
      <Field
        label={text('name')}
        value={name}
        onChange={setName}
        hint={text('startHint')}
        problem={start.problem}
      />
      <Button disabled={name.trim() === '' || start.state === 'busy'}>{text('start')}</Button>
    </form>
  );
}
