import { formatBytes } from '../../../shared/format.ts';
import { spilledBytes } from '../../../shared/loaded-memory.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import { addressOf } from '../../../shared/page-address.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import { nameOf } from '../tray/texts.ts';
import { inLanguage, trayWords } from '../tray/words.ts';
import type { Notice } from './notice.ts';

/** A loaded model, as long as it stays loaded. */
export function loadKey({ upstream, name }: LoadedModel): string {
  return `${upstream}\n${name}`;
}

/** The loaded models that are partly in main memory, where the processor computes them. */
export function spilledModels(models: readonly LoadedModel[]): readonly LoadedModel[] {
  return models.filter((model) => model.state === 'loaded' && (spilledBytes(model) ?? 0) > 0);
}

/** The notice for a model that is partly in main memory. */
export function spillNotice(model: LoadedModel, locale: Locale): Notice {
  const { name, sizeBytes } = model;
  const words = trayWords(locale);
  return inLanguage(locale, () => ({
    title: words('notice.spill', { model: nameOf(name) }),
    body: words('notice.spillParts', {
      rest: formatBytes(spilledBytes(model)),
      size: formatBytes(sizeBytes),
    }),
    urgent: false,
    address: addressOf('models', name),
  }));
}
