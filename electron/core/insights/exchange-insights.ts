import * as v from 'valibot';
import { INSIGHT_KINDS, INSIGHT_SCOPES, INSIGHT_UNITS } from '../../../shared/insights.ts';
import type { Insight } from '../../../shared/insights.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { putNewest } from '../newest-entries.ts';
import { storedSentence } from './stored-sentence.ts';
import type { Ledger } from '../records/ledger/ledger.ts';

/** Exchanges whose insights are in memory, so that they are there before they are stored. */
const REMEMBERED = 1_000;

const figureSchema = v.object({ value: v.number(), unit: v.picklist(INSIGHT_UNITS) });
const actionSchema = v.union([
  v.object({ kind: v.literal('unload_model'), upstream: v.string(), model: v.string() }),
  v.object({ kind: v.literal('copy_text'), text: v.string() }),
]);
const insightSchema: v.GenericSchema<unknown, Insight> = v.object({
  kind: v.picklist(INSIGHT_KINDS),
  scope: v.picklist(INSIGHT_SCOPES),
  subject: v.string(),
  title: v.string(),
  titleSentence: v.optional(storedSentence, null),
  figure: figureSchema,
  evidence: v.array(
    v.object({
      label: v.string(),
      labelSentence: v.optional(storedSentence, null),
      value: v.union([v.number(), v.string()]),
      valueSentence: v.optional(storedSentence, null),
      unit: v.nullable(v.picklist(INSIGHT_UNITS)),
    }),
  ),
  advice: v.nullable(v.string()),
  adviceSentence: v.optional(storedSentence, null),
  saving: v.nullable(figureSchema),
  /** Earlier versions stored none. */
  action: v.optional(v.nullable(actionSchema), null),
  at: v.number(),
  firstSeenAt: v.number(),
});

type Row = Pick<ActivityRecord, 'id' | 'completedAt'>;

/** Keeps the insights about exchanges with their rows. */
export class ExchangeInsights {
  readonly #ledger: Pick<Ledger, 'saveInsights' | 'readInsights'>;
  readonly #recent = new Map<string, readonly Insight[]>();

  constructor(ledger: Pick<Ledger, 'saveInsights' | 'readInsights'>) {
    this.#ledger = ledger;
  }

  add(row: Row, insights: readonly Insight[]): void {
    putNewest(this.#recent, keyOf(row), insights, REMEMBERED);
    if (insights.length === 0) return;
    this.#ledger.saveInsights(
      insights.map((insight) => ({
        id: row.id,
        at: row.completedAt,
        kind: insight.kind,
        json: JSON.stringify(insight),
      })),
    );
  }

  /** The insights about an exchange; none if the ledger cannot be read. */
  async of(row: Row): Promise<readonly Insight[]> {
    const known = this.#recent.get(keyOf(row));
    if (known !== undefined) return known;
    try {
      const stored = await this.#ledger.readInsights({ id: row.id, at: row.completedAt });
      return stored.flatMap(parsed);
    } catch {
      // The row itself may still be in memory.
      return [];
    }
  }
}

/** Leaves out what is damaged, or was written by a newer version. */
function parsed(json: string): Insight[] {
  try {
    const result = v.safeParse(insightSchema, JSON.parse(json));
    return result.success ? [result.output] : [];
  } catch {
    return [];
  }
}

/** The same id may mean another exchange after a ledger was imported. */
function keyOf({ id, completedAt }: Row): string {
  return `${id}/${completedAt}`;
}
