import { setImmediate as nextTurn } from 'node:timers/promises';
import { activityPositions } from './activity-positions.ts';
import { activityById, activityPage, recordsAfter } from './activity-page.ts';
import { readCapture } from './captures.ts';
import { readClientSums, readClientTimes } from './client-sums.ts';
import { bytes } from './columns.ts';
import { readDeviceEnergy } from './device-energy.ts';
import { readEnergyHours } from './energy-hours.ts';
import { readEpisodes } from './episodes.ts';
import { exportChunk } from './export.ts';
import { readStorageSummary } from './storage-summary.ts';
import { readDistribution } from './history-distribution.ts';
import { readHistory } from './history.ts';
import { readSpeedByContext } from './speed-by-context.ts';
import { readHeatmap, readUsual } from './usual.ts';
import { NameReader } from './names.ts';
import { readInsights } from './insights.ts';
import type { ReaderCalls } from './ledger-calls.ts';
import { readModelFigures } from './model-figures.ts';
import { openForReading } from './open-file.ts';
import { percentiles } from './percentiles.ts';
import type { Handlers } from './protocol.ts';
import { sortedActivity } from './sorted-activity.ts';
import { readRollups, readTop } from './rollup-query.ts';
import { sessionPage } from './session-query.ts';
import { asText } from './sql-values.ts';
import { readGpuSeries, readSeries } from './series-query.ts';

const NAMES_OF = `SELECT ${bytes('value')} FROM name WHERE kind = ?
  ORDER BY value COLLATE NOCASE LIMIT 1000`;

/** The reader thread. It answers queries on its own connection. */
export function openReader(path: string): Handlers<ReaderCalls> {
  const db = openForReading(path);
  const names = new NameReader(db);
  return {
    page: (query) => activityPage(db, names, query),
    positions: (query) => activityPositions(db, names, query),
    sorted: (query) => sortedActivity(db, names, query, () => nextTurn()),
    activity: (id) => activityById(db, names, id),
    sessions: (query) => sessionPage(db, names, query),
    recordsAfter: (input) => recordsAfter(db, names, input),
    names: (kind) => db.rows(NAMES_OF, [kind]).map(([value]) => asText(value) ?? ''),
    series: (query) => readSeries(db, names, query, Date.now(), () => nextTurn()),
    percentiles: (filter) => percentiles(db, names, filter, () => nextTurn()),
    rollups: (query) => readRollups(db, names, query),
    top: (query) => readTop(db, names, query),
    gpu: (query) => readGpuSeries(db, query),
    deviceEnergy: (query) => readDeviceEnergy(db, query),
    energyHours: (query) => readEnergyHours(db, names, query, () => nextTurn()),
    modelFigures: (query) => readModelFigures(db, names, query, () => nextTurn()),
    clientSums: (query) => readClientSums(db, names, query),
    clientTimes: (query) => readClientTimes(db, names, query),
    history: (query) => readHistory(db, names, query, () => nextTurn()),
    usual: (now) => readUsual(db, names, now),
    heatmap: (query) => readHeatmap(db, names, query, Date.now()),
    speedByContext: (query) => readSpeedByContext(db, names, query, () => nextTurn()),
    distribution: (query) => readDistribution(db, names, query, () => nextTurn()),
    storageSummary: () => readStorageSummary(db),
    readCapture: (id) => readCapture(db, id),
    readInsights: (row) => readInsights(db, row),
    episodes: (query) => readEpisodes(db, query),
    exportChunk: ({ query, cursor }) =>
      exportChunk(db, names, query, cursor, Date.now(), () => nextTurn()),
    close: () => db.close(),
  };
}
