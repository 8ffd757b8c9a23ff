// @ts-check
/** The pages of the window, and the questions whose answers are their main content. */

/** @type {readonly { name: string, paths: readonly string[] }[]} */
export const PAGES = [
  { name: 'overview', paths: ['history/usual', 'gpu/history'] },
  { name: 'history', paths: ['history'] },
  { name: 'activity', paths: ['activity'] },
  { name: 'models', paths: ['models/overview', 'models/best'] },
  { name: 'clients', paths: ['clients'] },
  {
    name: 'hardware',
    paths: ['gpu/devices', 'gpu/history', 'energy/days', 'footprint'],
  },
  { name: 'alerts', paths: ['alerts', 'alerts/history', 'insights/dismissed'] },
  { name: 'playground', paths: ['models/overview'] },
  { name: 'settings', paths: ['bridge/getSettings'] },
];
