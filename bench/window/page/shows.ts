/** Whether a page shows what was answered. */
import type { Answers } from './answers.ts';

function main(): Element | null {
  return document.querySelector('main [data-page]');
}

function has(text: string | undefined): boolean {
  return text !== undefined && main()?.textContent.includes(text) === true;
}

function count(selector: string): number {
  return main()?.querySelectorAll(selector).length ?? 0;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** True with at least this many drawn curves; a chart without data has none. */
function hasCurves(least: number): boolean {
  const paths = [...(main()?.querySelectorAll('svg path') ?? [])];
  return paths.filter((path) => (path.getAttribute('d') ?? '').length > 100).length >= least;
}

const SHOWS: Readonly<Record<string, (answers: Answers) => boolean>> = {
  overview: () =>
    count('[data-testid=throughput-now]') > 0 && hasCurves(3) && count('tbody tr') >= 8,
  history: ({ history }) => {
    const requests = history.total.requests.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    return has(whole(requests)) && hasCurves(4);
  },
  activity: ({ activity: { activity } }) => {
    // Below the first ones, which may have been there since the last visit.
    const row = document.getElementById(`activity-${activity[15]?.id}`);
    return (row?.querySelectorAll('[role=gridcell]').length ?? 0) > 5;
  },
  models: (of) =>
    of['models/overview'].models.every(({ name }) => has(name)) &&
    has(of['models/best'].by_energy[0]?.name),
  clients: ({ clients: { clients } }) =>
    clients.every(({ name, requests }) => (name === null || has(name)) && has(whole(requests))),
  hardware: (of) =>
    has(of['gpu/devices'].devices[0]?.name) &&
    of['gpu/history'].points.length > 100 &&
    of['energy/days'].days.length > 10 &&
    hasCurves(4) &&
    count('svg') >= 5,
  alerts: () => count('section, h2') >= 3,
  playground: (of) =>
    of['models/overview'].models.length > 0 && count('textarea') > 0 && has('model-'),
  settings: () => count('input, button') >= 2,
};

/** False also while an answer is missing that the page needs. */
export function isShown(name: string, of: Answers): boolean {
  try {
    return main()?.getAttribute('data-page') === name && (SHOWS[name]?.(of) ?? false);
  } catch {
    return false;
  }
}
