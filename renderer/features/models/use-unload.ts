import { useTranslations } from 'use-intl';
import { useReason } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { useNotify } from '../../ui/notices.tsx';

/** Unloads a model of an upstream, and says how that ended. */
export function useUnload(): (upstream: string, model: string) => Promise<void> {
  const api = useApi();
  const notify = useNotify();
  const reason = useReason();
  const text = useTranslations('overview.models');
  return async (upstream, model) => {
    const path = `/ollama/models/${encodeURIComponent(model)}/unload`;
    try {
      await api.send('POST', `${path}?upstream=${encodeURIComponent(upstream)}`);
      notify(text('unloaded', { name: model }));
    } catch (error) {
      if (isCancelled(error)) return;
      const message = reason(error);
      notify(text('unloadFailed', { message }));
    }
  };
}
