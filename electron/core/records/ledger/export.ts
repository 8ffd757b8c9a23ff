import { activityPage } from './activity-page.ts';
import { csvLine } from './csv.ts';
import type { CsvValue } from './csv.ts';
import type { Db } from './database.ts';
import type { NameReader } from './names.ts';
import type { ExportQuery } from './query-schemas.ts';
import { MAX_PAGE, DIMENSIONS } from './query-schemas.ts';
import { readRollups } from './rollup-query.ts';
import { readSeries } from './series-query.ts';
import type { Between } from './series-query.ts';
import { ENERGY_SUMS } from '../../../../shared/energy-sums.ts';
import { localDate } from '../../../../shared/format.ts';
import { NO_SAMPLING } from '../../../../shared/sampling.ts';
import { snakeCase } from '../../../../shared/wire.ts';

const HOUR_MS = 3_600_000;
/** Minutes of a series in one piece of the export. */
const SERIES_STEP_MS = 24 * HOUR_MS;

interface Piece {
  readonly items: readonly object[];
  readonly next: string | null;
}

export interface ExportChunk {
  readonly text: string;
  readonly next: string | null;
}

/**
 * Returns one piece of an export: the first for a null cursor; the last has a null `next`. Activity
 * is newest first, all others oldest first. Names are in snake_case in every format. CSV has a
 * column for every field (`usage.input_tokens`). Unknown is an empty cell; several texts in one
 * cell are separated by semicolons.
 */
export async function exportChunk(
  db: Db,
  names: NameReader,
  query: ExportQuery,
  cursor: string | null,
  now: number,
  between: Between,
): Promise<ExportChunk> {
  // The sign shows whether a row was already written, because JSON needs a comma before the next.
  const written = cursor?.startsWith('+') ?? false;
  const { items, next } = await pieceOf(db, names, query, cursor?.slice(1) ?? null, now, between);
  const sign = written || items.length > 0 ? '+' : '-';
  return {
    text: format(query, items, { first: cursor === null, last: next === null, written }),
    next: next === null ? null : sign + next,
  };
}

async function pieceOf(
  db: Db,
  names: NameReader,
  { what, filter }: ExportQuery,
  cursor: string | null,
  now: number,
  between: Between,
): Promise<Piece> {
  if (what === 'activity') {
    const { rows, next } = activityPage(db, names, {
      ...filter,
      limit: MAX_PAGE,
      cursor,
    });
    return { items: rows, next };
  }
  if (what === 'rollups') {
    const items = readRollups(db, names, {
      ...(filter.from === undefined ? {} : { fromDay: localDate(filter.from) }),
      ...(filter.to === undefined ? {} : { toDay: localDate(filter.to - 1) }),
      by: [...DIMENSIONS],
    });
    return { items, next: null };
  }
  return seriesPiece(db, names, filter, cursor, now, between);
}

/** Reads one day of minutes at a time and skips days without traffic. */
async function seriesPiece(
  db: Db,
  names: NameReader,
  filter: ExportQuery['filter'],
  cursor: string | null,
  now: number,
  between: Between,
): Promise<Piece> {
  const from = cursor === null ? (filter.from ?? 0) : Number(cursor);
  const to = filter.to ?? Number.MAX_SAFE_INTEGER;
  const begin = firstSeriesMoment(db, from);
  if (begin === null || begin >= to) return { items: [], next: null };
  const end = Math.min(to, begin + SERIES_STEP_MS);
  const { points } = await readSeries(
    db,
    names,
    { from: Math.max(from, begin), to: end, bucketMs: 60_000, groupBy: 'model' },
    now,
    between,
  );
  const items = points.map(({ at, name, ...rest }) => ({ at, model: name, ...rest }));
  return { items, next: end >= to || firstSeriesMoment(db, end) === null ? null : `${end}` };
}

function firstSeriesMoment(db: Db, from: number): number | null {
  const minute = Math.ceil(from / 60_000);
  const moments = [1, 60].flatMap((span) => {
    const at = db.number('SELECT min(at) FROM series WHERE span = ? AND at >= ?', [span, minute]);
    return at === null ? [] : [at * 60_000];
  });
  return moments.length === 0 ? null : Math.min(...moments);
}

interface Position {
  readonly first: boolean;
  readonly last: boolean;
  readonly written: boolean;
}

function format(
  { what, format: form }: ExportQuery,
  items: readonly object[],
  { first, last, written }: Position,
): string {
  if (form === 'ndjson') return items.map((item) => `${jsonOf(item)}\n`).join('');
  if (form === 'json') {
    const body = items.map(jsonOf).join(',\n');
    const comma = written && items.length > 0 ? ',\n' : '';
    return `${first ? '[\n' : ''}${comma}${body}${last ? '\n]\n' : ''}`;
  }
  const header = first ? csvLine(CSV_COLUMNS[what].map(wireName)) : '';
  return (
    header + items.map((item) => csvLine(CSV_COLUMNS[what].map((path) => at(item, path)))).join('')
  );
}

function jsonOf(item: object): string {
  return JSON.stringify(inWireNames(item));
}

/** Every row has the same fields, so each name is converted only once. No row has names as keys. */
const wireNames = new Map<string, string>();

function wireName(name: string): string {
  const known = wireNames.get(name);
  if (known !== undefined) return known;
  const changed = snakeCase(name);
  wireNames.set(name, changed);
  return changed;
}

function inWireNames(item: object): object {
  const changed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(item) as [string, unknown][]) {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    changed[wireName(name)] = isGroup ? inWireNames(value) : value;
  }
  return changed;
}

function at(item: object, path: string): CsvValue {
  let value: unknown = item;
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : null;
  }
  if (Array.isArray(value)) return value.length === 0 ? null : value.join('; ');
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return null;
}

const SUM_FIELDS = [
  'requests',
  'otherRequests',
  'errors',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'reasoningTokens',
  'estimatedTokens',
  'unmeteredRequests',
  'outputTokensPerSecond',
  'energyJoules',
  'durationMs',
  'bytesIn',
  'bytesOut',
];
const EFFICIENCY = [
  'joulesPerOutputToken',
  'netJoulesPerOutputToken',
  'joulesPerPromptToken',
  'joulesPerGeneratedToken',
  'wattHoursPerThousandOutputTokens',
  'outputTokensPerJoule',
].map((name) => `efficiency.${name}`);
const SPREAD = ['count', 'mean', 'p50', 'p95', 'p99'];
const PROVENANCES = ['input', 'cachedInput', 'output', 'reasoning'];

const CSV_COLUMNS: Record<ExportQuery['what'], readonly string[]> = {
  activity: [
    ...['id', 'startedAt', 'completedAt', 'upstream', 'api', 'operation', 'inference', 'method'],
    ...['endpoint', 'model', 'responseModel', 'architecture', 'stream', 'status', 'completed'],
    ...['finishReason', 'error', 'usage.inputTokens', 'usage.cachedInputTokens'],
    ...['usage.outputTokens', 'usage.reasoningTokens'],
    ...PROVENANCES.map((name) => `usage.provenance.${name}`),
    ...['rates.promptTokensPerSecond', 'rates.outputTokensPerSecond'],
    ...['rates.provenance.prompt', 'rates.provenance.output'],
    ...['timing.durationMs', 'timing.timeToFirstTokenMs', 'timing.timeToFirstTextMs'],
    ...['timing.queueMs', 'timing.loadMs'],
    ...['timing.prefillMs', 'timing.decodeMs', 'timing.interTokenP50Ms', 'timing.interTokenMaxMs'],
    ...['bytesIn', 'bytesOut', 'contentChunks', 'energyJoules', 'readable'],
    ...['refusals', 'meterVersion'],
    ...['features.tools', 'features.structuredOutput', 'features.images', 'features.thinking'],
    ...['client.application', 'client.address', 'client.key', 'client.origin', 'client.tag'],
    ...['client.claimsHop', 'countedModel', 'estimateErrors.input', 'estimateErrors.output'],
    ...['energyParts.netJoules', 'energyParts.prefillJoules', 'energyParts.decodeJoules'],
    ...['energyParts.measuredShare', 'energyParts.hasOtherWork'],
    ...['sessionId', 'sessionSource', 'draftedTokens', 'acceptedDraftTokens'],
    ...Object.keys(NO_SAMPLING).map((name) => `sampling.${name}`),
    'client.process',
  ],
  rollups: ['day', ...DIMENSIONS, ...SUM_FIELDS, ...ENERGY_SUMS, ...EFFICIENCY],
  series: [
    ...['at', 'model', 'requests', 'errors', 'inputTokens', 'cachedInputTokens', 'outputTokens'],
    ...['reasoningTokens', 'estimatedTokens', 'energyJoules', 'inFlightPeak'],
    ...['latencyMs', 'timeToFirstTokenMs', 'outputTokensPerSecond'].flatMap((name) =>
      SPREAD.map((part) => `${name}.${part}`),
    ),
    ...ENERGY_SUMS,
    ...EFFICIENCY,
  ],
};
