import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';
import { useParam } from '../../state/address.ts';

/**
 * Moves the focus to the title of a section that the address names, or to the setting that it names:
 * `#/settings/api?setting=bind`.
 */
export function useShownSetting(
  isNamed: boolean,
  isLoaded: boolean,
): RefObject<HTMLElement | null> {
  const place = useRef<HTMLElement>(null);
  const [setting] = useParam('setting', null);
  useEffect(() => {
    if (!isNamed || setting !== null) return;
    place.current?.querySelector('h2')?.focus({ preventScroll: true });
  }, [isNamed, setting]);
  useEffect(() => {
    if (setting === null || !isLoaded) return;
    const found = rowOf(place.current, setting);
    found?.scrollIntoView({ block: 'center' });
    found?.querySelector<HTMLElement>('input, button, select')?.focus({ preventScroll: true });
  }, [setting, isLoaded]);
  return place;
}

/** A setting of a list or an object is found by what contains it. */
function rowOf(place: HTMLElement | null, path: string): Element | null {
  const rows = [...(place?.querySelectorAll('[data-setting]') ?? [])];
  const owns = (row: Element): boolean => {
    const own = row.getAttribute('data-setting') ?? '';
    return path === own || path.startsWith(`${own}.`);
  };
  return rows.find((row) => row.getAttribute('data-setting') === path) ?? rows.find(owns) ?? null;
}
