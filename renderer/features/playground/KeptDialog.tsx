import { useQuery } from '@tanstack/react-query';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { usePersisted } from '../../state/persisted.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Note } from '../../ui/Note.tsx';
import { Toggle } from '../../ui/Toggle.tsx';
import { KEPT_KEY, deleteAllKept, deleteKept, readKept, setKeeping } from './kept.ts';
import { KeptList, titleOf } from './KeptList.tsx';
import { playground } from './store.ts';
import type { Conversation } from './types.ts';

/** What the user is about to delete: one conversation or all of them. */
type Deleting = Conversation | 'all' | null;

interface KeptDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Turns the keeping of conversations on and off, and opens and deletes those that are kept. */
export function KeptDialog({ isOpen, onClose }: KeptDialogProps): JSX.Element {
  const text = useTranslations('playground.kept');
  const [deleting, setDeleting] = useState<Deleting>(null);
  const list = useQuery({
    queryKey: ['playground-kept'],
    queryFn: readKept,
    enabled: isOpen,
    staleTime: 0,
  });
  const chats = list.data ?? [];
  const open = (chat: Conversation): void => {
    playground.open(chat);
    onClose();
  };
  return (
    <>
      <Dialog
        title={text('title')}
        isOpen={isOpen && deleting === null}
        onClose={onClose}
        actions={
          chats.length > 0 && (
            <Button onClick={() => setDeleting('all')}>{text('deleteAll')}</Button>
          )
        }
      >
        <KeptChats list={list} onOpen={open} onDelete={setDeleting} />
      </Dialog>
      <DeleteDialog
        deleting={deleting}
        chats={chats}
        onClose={() => setDeleting(null)}
        onDeleted={() => void list.refetch()}
      />
    </>
  );
}

function KeptChats({
  list: { data = [], error, refetch },
  onOpen,
  onDelete,
}: {
  readonly list: UseQueryResult<readonly Conversation[]>;
  readonly onOpen: (chat: Conversation) => void;
  readonly onDelete: (chat: Conversation) => void;
}): JSX.Element {
  const text = useTranslations('playground.kept');
  return (
    <>
      <KeepToggle onChanged={() => void refetch()} />
      {error !== null && <Banner tone="bad">{text('problem', { message: error.message })}</Banner>}
      {data.length === 0 && <Note>{text('none')}</Note>}
      <KeptList chats={data} onOpen={onOpen} onDelete={onDelete} />
    </>
  );
}

function KeepToggle({ onChanged }: { readonly onChanged: () => void }): JSX.Element {
  const text = useTranslations('playground.kept');
  const [kept] = usePersisted(KEPT_KEY);
  return (
    <Toggle
      label={text('keep')}
      hint={text('keepHint')}
      isOn={kept === 'on'}
      onChange={(isOn) => void setKeeping(isOn).then(onChanged)}
    />
  );
}

function DeleteDialog({
  deleting,
  chats,
  onClose,
  onDeleted,
}: {
  readonly deleting: Deleting;
  readonly chats: readonly Conversation[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}): JSX.Element {
  const text = useTranslations('playground.kept');
  const isAll = deleting === 'all';
  const count = isAll ? chats.length : 1;
  const [one] = chats;
  const named = isAll || deleting === null ? one : deleting;
  const title = (named === undefined ? null : titleOf(named)) ?? text('untitled');
  return (
    <ConfirmDialog
      title={text(isAll ? 'deleteAllTitle' : 'deleteTitle')}
      verb={text('deleteVerb', { count })}
      isOpen={deleting !== null}
      onClose={onClose}
      perform={async () => {
        if (deleting === 'all') await deleteAllKept();
        else if (deleting !== null) await deleteKept(deleting.id);
        onDeleted();
      }}
    >
      <p>{text('deleteWhat', { count, title })}</p>
    </ConfirmDialog>
  );
}
