import { useTranslations } from 'use-intl';
import type { ModelRow } from '../../../shared/models-view.ts';
import { ApiError } from '../../client/api.ts';
import type { Api } from '../../client/api.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useApi, useReread } from '../../state/api.tsx';
import type { MenuEntry } from '../../ui/MenuButton.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { OVERVIEW } from './use-overview.ts';

const LIST = '/models/repository';

/** The path of a model's entry in the user's list. */
export function entryPath(name: string): string {
  return `${LIST}/${encodeURIComponent(name)}`;
}

/** Changes the entry of a model in the user's list, which gets one if it has none. */
export async function changeEntry(api: Api, modelName: string, patch: object): Promise<void> {
  try {
    await api.send('PUT', entryPath(modelName), patch);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    await api.send('POST', LIST, { modelName });
    await api.send('PUT', entryPath(modelName), patch);
  }
}

/** Changes a mark and shows it. */
export function useMark(): (model: ModelRow, patch: object) => void {
  const api = useApi();
  const notify = useNotify();
  const reason = useReason();
  const reread = useReread();
  const text = useTranslations('models.actions');
  return (model, patch) => {
    changeEntry(api, model.name, patch).then(
      () => void reread(OVERVIEW),
      (error: unknown) => {
        if (isCancelled(error)) return;
        notify(text('failed', { message: reason(error) }));
      },
    );
  };
}

/** Favourite, default and pinned, as entries of a model's menu. */
export function useMarks(): (model: ModelRow) => readonly MenuEntry[] {
  const text = useTranslations('models.actions');
  const mark = useMark();
  return (model) => {
    const { isFavorite, isDefault, isPinned } = model;
    return [
      {
        id: 'favorite',
        title: text(isFavorite ? 'unfavour' : 'favour'),
        run: () => mark(model, { isFavorite: !isFavorite }),
      },
      {
        id: 'default',
        title: text(isDefault ? 'unmakeDefault' : 'makeDefault'),
        run: () => mark(model, { isDefault: !isDefault }),
      },
      {
        id: 'pin',
        title: text(isPinned ? 'unpin' : 'pin'),
        run: () => mark(model, { isPinned: !isPinned }),
      },
    ];
  };
}
