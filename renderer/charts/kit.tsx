import { createContext, useContext } from 'react';
import type { JSX, ReactNode } from 'react';

/** All words that charts show on their own. Names, units and sentences of a single chart are its props. */
export interface ChartLabels {
  /** Column of times in tables. */
  readonly time: string;
  readonly meteringOff: string;
  /** The series beyond the eighth. */
  readonly others: string;
  /** How the keyboard works a time chart; read by screen readers. */
  readonly keys: string;
  /** Name of the button that opens a card's menu. */
  readonly menu: (title: string) => string;
  readonly exportPng: string;
  readonly exportCsv: string;
  /** Caption of a hidden table. */
  readonly tableCaption: (title: string, shown: number, all: number) => string;
}

export interface ChartKitValue {
  /** BCP 47, for dates and the decimal separator. */
  readonly locale: string;
  readonly labels: ChartLabels;
  /** Keeps a file for the user. */
  readonly save: (name: string, file: Blob) => void;
}

const Context = createContext<ChartKitValue | null>(null);

/** Gives all charts below their language and a way to save files. `value` should keep its identity. */
export function ChartKit({
  value,
  children,
}: {
  readonly value: ChartKitValue;
  readonly children: ReactNode;
}): JSX.Element {
  return <Context value={value}>{children}</Context>;
}

/** @throws outside of a `ChartKit` */
export function useChartKit(): ChartKitValue {
  const value = useContext(Context);
  if (value === null) throw new Error('A chart needs a <ChartKit> above it.');
  return value;
}
