import { useMemo } from 'react';
import type { JSX, ReactNode } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { saveFile } from '../client/save.ts';
import { ChartKit } from './kit.tsx';
import type { ChartKitValue } from './kit.tsx';

/** Gives the charts below the user's language and the way to save files. */
export function LocalChartKit({ children }: { readonly children: ReactNode }): JSX.Element {
  const text = useTranslations('charts');
  const locale = useLocale();
  const value = useMemo<ChartKitValue>(
    () => ({
      locale,
      labels: {
        time: text('time'),
        meteringOff: text('meteringOff'),
        others: text('others'),
        keys: text('keys'),
        menu: (title) => text('menu', { title }),
        exportPng: text('exportPng'),
        exportCsv: text('exportCsv'),
        tableCaption: (title, shown, all) => text('tableCaption', { title, shown, all }),
      },
      save: saveFile,
    }),
    [text, locale],
  );
  return <ChartKit value={value}>{children}</ChartKit>;
}
