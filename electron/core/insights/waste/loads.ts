/** Models that are loaded for too long or too often. */
import type { InsightFigure } from '../../../../shared/insights.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { adviceFor } from '../advice.ts';
import { fact, titled } from '../said.ts';
import { median } from '../usual.ts';
import { exchangesOf, groupedBy, modelSubject } from './waste-facts.ts';
import type { Finding, ListedModel, WasteFacts, WasteRule } from './waste-facts.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A model is forgotten after this time without use. */
const FORGOTTEN_MS = 2 * HOUR_MS;
/** A model that the server unloads so soon anyway is not told. */
const UNLOADS_SOON_MS = 10 * MINUTE_MS;
/** Fewer watts cannot be told from noise: sensors are good to 5 W. */
const MIN_PHANTOM_W = 5;

/**
 * Sources: the server's list of loaded models, the last exchange of each, and the idle power with
 * and without a loaded model. While that is not known, the memory that the model holds is told.
 */
export const PHANTOM_LOAD: WasteRule = {
  kind: 'phantom_load',
  passed: 'passed_phantom',
  needs: 'needs_phantom',
  find: (facts) =>
    facts.listed.length === 0 ? null : facts.listed.flatMap((each) => forgotten(each, facts)),
};

function forgotten({ model, since }: ListedModel, facts: WasteFacts): Finding[] {
  const { now, kindOf } = facts;
  const lastUsedAt = exchangesOf(model, facts)[0]?.completedAt ?? 0;
  const idleMs = now - Math.max(since, lastUsedAt);
  const unloadsSoon = model.expiresAt !== null && model.expiresAt - now < UNLOADS_SOON_MS;
  if (model.state !== 'loaded' || idleMs < FORGOTTEN_MS || unloadsSoon) return [];
  const cost = costOf(model, facts, idleMs);
  if (cost === null) return [];
  return [
    {
      kind: 'phantom_load',
      scope: 'model',
      subject: modelSubject(model),
      ...titled(cost.words),
      figure: cost.figure,
      evidence: [
        fact(sentence('fact_unused'), idleMs, 'ms'),
        fact(cost.label, cost.figure.value, cost.figure.unit),
      ],
      ...adviceFor('unload', kindOf(model.upstream), { model: model.name }),
      saving: cost.figure,
    },
  ];
}

interface Cost {
  readonly words: Sentence;
  readonly label: Sentence;
  readonly figure: InsightFigure;
}

function costOf(
  model: ListedModel['model'],
  { phantomWatts }: WasteFacts,
  idleMs: number,
): Cost | null {
  const unused = { model: model.name, time: amount(idleMs, 'elapsed') };
  const watts = phantomWatts(model);
  if (watts !== null && watts >= MIN_PHANTOM_W) {
    const figure = { value: watts, unit: 'watts' } as const;
    const words = sentence('phantom_watts', { ...unused, power: figure });
    return { words, label: sentence('fact_idle_power'), figure };
  }
  const bytes = model.vramBytes ?? model.sizeBytes;
  if (bytes === null || bytes <= 0) return null;
  return {
    words: sentence('phantom_memory', { ...unused, memory: amount(bytes, 'bytes') }),
    label: sentence('fact_memory_held'),
    figure: { value: bytes, unit: 'bytes' },
  };
}

const WINDOW_MS = HOUR_MS;
const MIN_LOADS = 3;
const MIN_LOAD_MS = 500;
/** A model that was away for longer was rightly unloaded. */
const SHORT_PAUSE_MS = 30 * MINUTE_MS;

/**
 * Source: load times of the rows. Only loads after a short pause count in which the server worked
 * for no other model: a load after another model is a swap, which no keep-alive prevents.
 */
export const REPEATED_LOADS: WasteRule = {
  kind: 'repeated_loads',
  passed: 'passed_loads',
  needs: 'needs_loads',
  find: ({ now, records, kindOf }) => {
    const recent = records.filter(({ completedAt }) => now - completedAt <= WINDOW_MS);
    if (recent.length === 0) return null;
    const groups = groupedBy(recent, ({ upstream, countedModel }) =>
      JSON.stringify([upstream, countedModel]),
    );
    return groups.flatMap((group) => repeatedLoads(group, records, kindOf));
  },
};

function repeatedLoads(
  group: readonly ActivityRecord[],
  records: readonly ActivityRecord[],
  kindOf: WasteFacts['kindOf'],
): Finding[] {
  const loads = group.flatMap((record) => {
    const { loadMs } = record.timing;
    if (loadMs === null || loadMs < MIN_LOAD_MS) return [];
    const pauseMs = pauseBefore(record, records);
    return pauseMs !== null && pauseMs <= SHORT_PAUSE_MS ? [{ loadMs, pauseMs }] : [];
  });
  const [first] = group;
  const pause = median(loads.map(({ pauseMs }) => pauseMs));
  if (first === undefined || pause === null || loads.length < MIN_LOADS) return [];
  const waitedMs = loads.reduce((sum, { loadMs }) => sum + loadMs, 0);
  const name = first.countedModel ?? { text: 'some_model' };
  return [
    {
      kind: 'repeated_loads',
      scope: 'model',
      subject: modelSubject({ upstream: first.upstream, name: first.countedModel }),
      ...titled(
        sentence('repeated_loads', {
          model: name,
          count: amount(loads.length, 'count'),
          pause: amount(pause, 'elapsed'),
          time: amount(waitedMs, 'ms'),
        }),
      ),
      figure: { value: waitedMs, unit: 'ms' },
      evidence: [
        fact(sentence('fact_loads'), loads.length, 'count'),
        fact(sentence('fact_pause'), pause, 'ms'),
        fact(sentence('fact_loading'), waitedMs, 'ms'),
      ],
      ...adviceFor('keepLoaded', kindOf(first.upstream), { model: first.countedModel }),
      saving: { value: waitedMs, unit: 'ms' },
    },
  ];
}

/** The time since the model's last use; null if it is not known, or if another model came between. */
function pauseBefore(record: ActivityRecord, records: readonly ActivityRecord[]): number | null {
  const before = records.filter(
    ({ id, upstream, completedAt }) =>
      id !== record.id && upstream === record.upstream && completedAt <= record.startedAt,
  );
  const last = before.reduce<ActivityRecord | null>(
    (newest, each) => (newest === null || each.completedAt > newest.completedAt ? each : newest),
    null,
  );
  const isSame = last?.countedModel === record.countedModel;
  return last !== null && isSame ? record.startedAt - last.completedAt : null;
}
