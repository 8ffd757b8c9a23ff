import { hourCycle } from '../../shared/format-locale.ts';

/** What AM or PM, or the word for it in Chinese, takes beside a time, pixels. */
const HALF_OF_DAY = 28;

/** The width of a column of times that takes `pixels` with hours from 0 to 23. */
export function timeWidth(pixels: number): number {
  return hourCycle() === 'h12' ? pixels + HALF_OF_DAY : pixels;
}
