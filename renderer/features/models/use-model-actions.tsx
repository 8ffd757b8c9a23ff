import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelManager, ModelPlace, ModelRow } from '../../../shared/models-view.ts';
import { useReason, useSay } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useApi, useReread } from '../../state/api.tsx';
import type { MenuEntry } from '../../ui/MenuButton.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { CopyDialog } from './dialogs/CopyDialog.tsx';
import { LoadDialog } from './dialogs/LoadDialog.tsx';
import { NotesDialog } from './dialogs/NotesDialog.tsx';
import { RemoveDialog } from './dialogs/RemoveDialog.tsx';
import { actionPath, doable } from './rows.ts';
import type { PlacedAction, Refusal } from './rows.ts';
import { useMarks } from './use-marks.ts';
import { OVERVIEW } from './use-overview.ts';

interface Opened {
  readonly kind: 'load' | 'copy' | 'remove' | 'notes';
  readonly model: ModelRow;
}

export interface ModelActions {
  readonly entries: (model: ModelRow) => readonly MenuEntry[];
  /** What is open over the page. */
  readonly dialog: JSX.Element | null;
}

/** What can be done with a model, as entries of its menu, and the dialogs that they open. */
export function useModelActions(managers: readonly ModelManager[]): ModelActions {
  const text = useTranslations('models.actions');
  const [opened, setOpened] = useState<Opened | null>(null);
  const marks = useMarks();
  const copyName = useCopyName();
  const refusalText = useRefusalText();
  const unloads = useUnloads();
  const open = (model: ModelRow, kind: Opened['kind'], action: PlacedAction): MenuEntry => ({
    ...{ id: kind, title: text(kind), isDestructive: kind === 'remove' },
    reason: refusalText(doable(model, action, managers).refusal),
    run: () => setOpened({ kind, model }),
  });
  const entries = (model: ModelRow): readonly MenuEntry[] => [
    open(model, 'load', 'load'),
    ...unloads(model, managers),
    ...marks(model),
    { id: 'notes', title: text('notes'), run: () => setOpened({ kind: 'notes', model }) },
    { id: 'copyName', title: text('copyName'), run: () => copyName(model.name) },
    open(model, 'copy', 'copy'),
    open(model, 'remove', 'remove'),
  ];
  const close = (): void => setOpened(null);
  const dialog = opened === null ? null : <Opening {...{ opened, managers, close }} />;
  return { entries, dialog };
}

function Opening({
  opened: { kind, model },
  managers,
  close,
}: {
  readonly opened: Opened;
  readonly managers: readonly ModelManager[];
  readonly close: () => void;
}): JSX.Element {
  if (kind === 'notes') return <NotesDialog model={model} onClose={close} />;
  const { places } = doable(model, kind, managers);
  const props = { model, places, onClose: close };
  if (kind === 'load') return <LoadDialog {...props} managers={managers} />;
  return kind === 'copy' ? <CopyDialog {...props} /> : <RemoveDialog {...props} />;
}

function useRefusalText(): (refusal: Refusal | null) => string | null {
  const text = useTranslations('models.actions');
  const say = useSay();
  return (refusal) => {
    if (refusal === null) return null;
    if (refusal.kind === 'cannot') {
      const { upstream, why, said } = refusal;
      return text('why', { upstream, why: say(said, why) });
    }
    return text(refusal.kind === 'not-loaded' ? 'notLoaded' : 'notInstalled');
  };
}

/** One entry for each server that has it loaded. */
function useUnloads(): (model: ModelRow, managers: readonly ModelManager[]) => MenuEntry[] {
  const text = useTranslations('models.actions');
  const refusalText = useRefusalText();
  const change = useChange();
  const api = useApi();
  const unload = (place: ModelPlace, name: string): void =>
    void change(() => api.send('POST', actionPath(place, 'unload')), {
      before: text('unloading', { name }),
      after: text('unloaded', { name }),
    });
  return (model, managers) => {
    const { places, refusal } = doable(model, 'unload', managers);
    if (refusal !== null) {
      const reason = refusalText(refusal);
      return [{ id: 'unload', title: text('unload'), reason, run: () => undefined }];
    }
    return places.map((place) => ({
      id: `unload/${place.upstream}`,
      title:
        places.length === 1 ? text('unload') : text('unloadFrom', { upstream: place.upstream }),
      run: () => unload(place, model.name),
    }));
  };
}

function useCopyName(): (name: string) => void {
  const text = useTranslations('models.actions');
  const copyText = useCopy();
  return (name) => copyText(name, text('nameCopied', { name }));
}

/** Does something to a model, says how it went, and reads the models again. */
export function useChange(): (
  perform: () => Promise<unknown>,
  words: { readonly before?: string; readonly after: string },
) => Promise<void> {
  const text = useTranslations('models.actions');
  const notify = useNotify();
  const reread = useReread();
  const reason = useReason();
  return async (perform, { before, after }) => {
    if (before !== undefined) notify(before);
    try {
      await perform();
      notify(after);
    } catch (error) {
      if (isCancelled(error)) return;
      notify(text('failed', { message: reason(error) }));
    } finally {
      await reread(OVERVIEW);
    }
  };
}
