/** Where one problem begins in a line of several: `cost.tariff: …; budgets.1.name: …`. */
const MARK = /(?:^|; )([A-Za-z]\w*(?:\.[\w-]+)*): /g;

/**
 * The problems in the core's answer to a change, by the path of the setting. Text that names no
 * setting has the path ''.
 */
export function problemsOf(line: string): ReadonlyMap<string, string> {
  const text = line.replace(/\.$/, '');
  const marks = [...text.matchAll(MARK)];
  const [first] = marks;
  if (first?.index !== 0) return new Map([['', line]]);
  return new Map(
    marks.map((mark, index) => {
      const end = marks[index + 1]?.index ?? text.length;
      return [mark[1] ?? '', text.slice(mark.index + mark[0].length, end)] as const;
    }),
  );
}

/**
 * The problem to show beside a setting: its own, else one inside of it, else one of what contains it.
 * A line that names no setting belongs to any.
 */
export function problemAt(line: string | null, path: string): string | null {
  if (line === null) return null;
  const problems = problemsOf(line);
  const own = problems.get(path);
  if (own !== undefined) return own;
  for (const [other, text] of problems) {
    if (other === '') return text;
    if (other.startsWith(`${path}.`)) return text;
  }
  return null;
}

/** The problems of a form that belong to none of its fields, as one line; null if there are none. */
export function otherProblems(line: string | null, paths: readonly string[]): string | null {
  if (line === null) return null;
  const others = [...problemsOf(line)].filter(
    ([path]) => path === '' || !paths.some((own) => path === own || path.startsWith(`${own}.`)),
  );
  if (others.length === 0) return null;
  return others.map(([path, text]) => (path === '' ? text : `${path}: ${text}`)).join('; ');
}

/** Numbers in a problem in the unit that the field shows. */
export function inUnit(problem: string | null, scale: number | undefined): string | null {
  if (problem === null || scale === undefined) return problem;
  return problem.replace(/\d+(?:\.\d+)?/g, (figure) => String(Number(figure) / scale));
}
