/** Runs in the page before its own code and tells when something is painted. */
import { answered, listen, nativeFetch } from './asked.ts';
import type { Opened } from './contract.ts';
import { nextFrame, painted } from './frames.ts';
import { jumpTo, stopWatching, watchRows } from './rows.ts';
import { isShown } from './shows.ts';

const MOST_MS = 15_000;

async function open(name: string, paths: readonly string[]): Promise<Opened> {
  const link = linkTo(name);
  let keptMs: number | null = null;
  const began = performance.now();
  link.click();
  for (;;) {
    await nextFrame();
    const ms = performance.now() - began;
    if (keptMs === null && isShown(name, answered(paths, 0).of)) keptMs = ms;
    const { at, of } = answered(paths, began);
    if (ms > MOST_MS) {
      const got = Object.keys(of).filter((path) => Reflect.get(of, path) !== undefined);
      throw new Error(`${name} does not show its data; answered: ${got.join(', ')}`);
    }
    if (at === Infinity || !isShown(name, of)) continue;
    // Figures that did not change cannot tell when the answer was drawn. It is one frame later at most.
    await painted();
    return { freshMs: performance.now() - began, keptMs: keptMs ?? ms, answeredMs: at - began };
  }
}

function linkTo(name: string): HTMLAnchorElement {
  const part = name === 'overview' ? '' : name;
  const links = [...document.querySelectorAll<HTMLAnchorElement>('nav a[href^="#/"]')];
  const link = links.find(({ hash }) => hash.slice(2).split(/[/?]/)[0] === part);
  if (link === undefined) throw new Error(`The rail has no link to ${name}.`);
  return link;
}

async function floor(): Promise<number> {
  const shown = document.createElement('output');
  shown.style.position = 'fixed';
  document.body.append(shown);
  const token = sessionStorage.getItem('tokwatt-token') ?? '';
  const began = performance.now();
  const answer = await nativeFetch('/api/jobs', { headers: { authorization: `Bearer ${token}` } });
  shown.textContent = await answer.text();
  await nextFrame();
  await painted();
  const ms = performance.now() - began;
  shown.remove();
  return ms;
}

listen();
window.bench = { open, floor, watchRows, stopWatching, jumpTo };
