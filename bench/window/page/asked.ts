/** The answers of the API that the page got. */
import type { Answers } from './answers.ts';

interface Answer {
  readonly path: string;
  readonly asked: number;
  readonly at: number;
  readonly body: unknown;
}

const KEPT = 200;
const answers: Answer[] = [];
export const nativeFetch = window.fetch.bind(window);

/** Listens to what the page asks from now on. */
export function listen(): void {
  window.fetch = async (input, init) => {
    const asked = performance.now();
    const answer = await nativeFetch(input, init);
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    if (isJson && answer.ok) void keep(answer.clone(), asked);
    return answer;
  };
}

async function keep(answer: Response, asked: number): Promise<void> {
  const path = new URL(answer.url).pathname.replace('/api/', '');
  try {
    const body: unknown = await answer.json();
    answers.push({ path, asked, at: performance.now(), body });
    if (answers.length > KEPT) answers.shift();
  } catch {
    // The page gave up the question.
  }
}

/** The newest answers to questions asked since a moment, and when the last came; `Infinity` if one is missing. */
export function answered(
  paths: readonly string[],
  since: number,
): { readonly at: number; readonly of: Answers } {
  const found = paths.map((path) => answers.findLast((a) => a.path === path && a.asked >= since));
  const of = Object.fromEntries(paths.map((path, n) => [path, found[n]?.body]));
  return {
    at: Math.max(since, ...found.map((answer) => answer?.at ?? Infinity)),
    of: of as unknown as Answers,
  };
}
