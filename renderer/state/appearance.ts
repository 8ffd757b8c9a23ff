import { useEffect, useSyncExternalStore } from 'react';
import * as v from 'valibot';
import { DEFAULT_APPEARANCE, appearanceSchema } from '../../shared/appearance.ts';
import type { Appearance, Theme } from '../../shared/appearance.ts';
import { useStore } from './context.tsx';
import { readPersisted, writePersisted } from './persisted.ts';

const KEY = 'appearance';

/** The appearance at the last visit, for the first moments, in which the settings are not known. */
export function rememberedAppearance(): Appearance {
  try {
    const parsed = v.safeParse(appearanceSchema, JSON.parse(readPersisted(KEY) ?? '{}'));
    return parsed.success ? parsed.output : DEFAULT_APPEARANCE;
  } catch {
    return DEFAULT_APPEARANCE;
  }
}

/** Shows a theme. Call it before the first paint, so that the page does not flash. */
export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset.theme;
  else dataset.theme = theme;
}

const initial = rememberedAppearance();

/** The appearance of the settings; the remembered one until they are known. */
export function useAppearance(): Appearance {
  const store = useStore();
  const current = useSyncExternalStore(
    store.subscribe,
    () => store.get().snapshot?.state.app.appearance ?? initial,
  );
  const { theme } = current;
  const text = JSON.stringify(current);
  useEffect(() => {
    applyTheme(theme);
    writePersisted(KEY, text);
  }, [theme, text]);
  return current;
}
