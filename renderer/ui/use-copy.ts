import { useTranslations } from 'use-intl';
import { useBridge } from '../state/context.tsx';
import { useNotify } from './notices.tsx';

/** Copies text and says at the foot of the window whether it worked. `done` is "Copied" by default. */
export function useCopy(): (copied: string, done?: string) => void {
  const text = useTranslations('frame');
  const bridge = useBridge();
  const notify = useNotify();
  return (copied, done = text('copiedShort')) => {
    bridge.call('copyText', copied).then(
      () => notify(done),
      () => notify(text('copyFailed')),
    );
  };
}
