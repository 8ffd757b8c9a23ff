/** A sample of Prometheus's text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/y;

/**
 * Parses the text strictly.
 * @throws {Error} at the first invalid line, and at a repeated sample
 */
export function parseMetrics(text: string): Sample[] {
  const seen = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP|TYPE) /.test(line)) continue;
    const match = LINE.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    const sample = {
      name: match[1] ?? '',
      labels: parseLabels(match[2] ?? ''),
      value: Number(match[3]?.replace('Inf', 'Infinity')),
    };
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    if (Number.isNaN(sample.value) || seen.has(key)) throw new Error(`not acceptable: ${line}`);
    seen.add(key);
    samples.push(sample);
  }
  return samples;
}

function parseLabels(text: string): Record<string, string> {
  const labels: [string, string][] = [];
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`not labels: ${text}`);
    const value = match[2] ?? '';
    const plain = value.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c));
    labels.push([match[1] ?? '', plain]);
  }
  return Object.fromEntries(labels);
}

/** The samples with this name and these labels. */
export function matching(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Sample[] {
  return samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
}

/** The sum of these samples; null if there are none. */
export function sumOf(...given: Parameters<typeof matching>): number | null {
  const found = matching(...given);
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}
