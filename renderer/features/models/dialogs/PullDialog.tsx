import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelManager } from '../../../../shared/models-view.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useAction } from '../../../state/action.ts';
import { useApi } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { Field } from '../../../ui/Field.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Select } from '../../../ui/Select.tsx';
import css from './dialogs.module.css';
import { LibrarySearch } from './LibrarySearch.tsx';

interface PullDialogProps {
  readonly managers: readonly ModelManager[];
  readonly onClose: () => void;
}

/** Starts a download, which goes on without the page. */
export function PullDialog({ managers, onClose }: PullDialogProps): JSX.Element {
  const text = useTranslations('models.pullDialog');
  const api = useApi();
  const able = managers.filter(({ cannot }) => cannot.pull === null);
  const [name, setName] = useState('');
  const [upstream, setUpstream] = useState(able[0]?.upstream ?? '');
  const model = name.trim();
  const { state, problem, run } = useAction(async () => {
    await api.send('POST', '/models/pulls', { model, upstream });
    onClose();
  });
  const isReady = model !== '' && able.length > 0 && state !== 'busy';
  return (
    <Dialog title={text('title')} isOpen onClose={onClose}>
      <form
        className={css.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) run();
        }}
      >
        {able.length === 0 && <Note>{text('noServer')}</Note>}
        <Field
          {...{ label: text('model'), hint: text('modelHint'), problem }}
          value={name}
          onChange={setName}
          focused
        />
        <Servers {...{ able, managers, upstream, onChange: setUpstream }} />
        <div className={css.verb}>
          <Button disabled={!isReady}>{text('verb')}</Button>
        </div>
      </form>
      <LibrarySearch onChoose={setName} />
    </Dialog>
  );
}

/** The choice of a server, and why the others are no choice. */
function Servers({
  able,
  managers,
  upstream,
  onChange,
}: {
  readonly able: readonly ModelManager[];
  readonly managers: readonly ModelManager[];
  readonly upstream: string;
  readonly onChange: (upstream: string) => void;
}): JSX.Element {
  const text = useTranslations('models.pullDialog');
  const say = useSay();
  return (
    <>
      {able.length > 1 && (
        <Select
          label={text('server')}
          value={upstream}
          options={able.map((each) => ({ value: each.upstream, label: each.upstream }))}
          onChange={onChange}
        />
      )}
      {managers.map((each) =>
        each.cannot.pull === null ? null : (
          <Note key={each.upstream} footnote>
            {text('cannot', {
              upstream: each.upstream,
              why: say(each.cannotSentences.pull, each.cannot.pull),
            })}
          </Note>
        ),
      )}
    </>
  );
}
