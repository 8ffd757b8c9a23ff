import { formatCompact, formatRateValue } from '../../../shared/format.ts';
import type { ChartKitValue } from '../kit.tsx';
import type { GalleryFile } from './window.ts';

const saved: GalleryFile[] = [];
window.gallerySaved = saved;
window.galleryDraws = 0;

export const KIT: ChartKitValue = {
  locale: 'en-GB',
  labels: {
    time: 'Time',
    meteringOff: 'Metering off',
    others: 'others',
    keys: 'Arrow keys move in time. Enter begins a selection and zooms to it, Escape goes back.',
    menu: (title) => `Menu of ${title}`,
    exportPng: 'Save as PNG',
    exportCsv: 'Save as CSV',
    tableCaption: (title, shown, all) =>
      shown === all ? title : `${title}: ${shown} of ${all} values`,
  },
  save: (name, file) => saved.push({ name, file }),
};

export const rate = formatRateValue;
export const compact = formatCompact;
export const whole = (value: number | null): string => (value === null ? '–' : value.toFixed(0));
export const seconds = (value: number | null): string => (value === null ? '–' : value.toFixed(2));
