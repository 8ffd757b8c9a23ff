import type { CostReport } from '../../../shared/cost-report.ts';
import type { ClientDimension, ClientModel, ClientRow, Clients } from '../../../shared/clients.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import type { DayCost } from '../../../shared/energy-days.ts';
import { localDate } from '../../../shared/format.ts';
import { addKnown } from '../../../shared/energy-sums.ts';
import { wholeDays } from '../cost/energy-days.ts';
import type { ClientTime } from '../records/ledger/client-times.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import type { RollupRow } from '../records/ledger/query-schemas.ts';
import type { ClientLooks } from './client-looks.ts';

/** Most rows. Clients choose their names freely. */
const MAX_CLIENTS = 500;
const MAX_MODELS = 5;
/** Of a client that was asked for by its name. */
const MAX_MODELS_OF_ONE = 200;

export interface ClientSources {
  readonly ledger: Pick<Ledger, 'rollups' | 'clientTimes' | 'flush' | 'state'>;
  readonly costs: {
    readonly budgets: readonly BudgetState[];
    report(query: { from: number; to: number; by: 'client' | 'key' }): Promise<CostReport>;
  };
  readonly looks: Pick<ClientLooks, 'of'>;
}

export interface ClientQuery {
  readonly by: ClientDimension;
  /** Unix milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Only this client, with all its models. */
  readonly name?: string | undefined;
}

/** Reads what each client asked for, by the daily sums. */
export async function clientReport(sources: ClientSources, query: ClientQuery): Promise<Clients> {
  const { by, name } = query;
  const { from, to } = wholeDays(query);
  const { ledger, costs } = sources;
  const scope = by === 'application' ? 'client' : 'key';
  if (ledger.state.status === 'ok') await ledger.flush();
  const days = { fromDay: localDate(from), toDay: localDate(to - 1) };
  const [rows, cost] = await Promise.all([
    ledger.rollups({ ...days, by: [by, 'model'] }),
    costs.report({ from, to, by: scope }),
  ]);
  const groups = groupedBy(
    rows.filter(({ requests }) => requests > 0),
    by,
  );
  const all = [...groups].map(([each, own]) => ({
    name: each,
    ...sumsOf(own, name === undefined ? MAX_MODELS : MAX_MODELS_OF_ONE),
  }));
  const tokens = all.reduce((sum, each) => sum + tokensOf(each), 0);
  all.sort((a, b) => tokensOf(b) - tokensOf(a) || b.requests - a.requests);
  const asked = name === undefined ? all : all.filter((each) => each.name === name);
  const shown = asked.slice(0, MAX_CLIENTS);
  const names = shown.flatMap(({ name }) => name ?? []);
  const times = new Map((await ledger.clientTimes({ by, names })).map((time) => [time.name, time]));
  const clients = shown.map((sums): ClientRow => {
    const own = costs.budgets.filter((each) => each.scope === scope && each.subject === sums.name);
    return {
      ...sums,
      ...sources.looks.of(by, sums.name),
      budgets: own,
      ...timesOf(sums.name === null ? undefined : times.get(sums.name)),
      tokenShare: tokens === 0 ? null : tokensOf(sums) / tokens,
      cost: costOf(cost, sums.name),
    };
  });
  return { by, from, to, clients, omittedClients: asked.length - shown.length };
}

type Sums = Omit<
  ClientRow,
  'name' | 'label' | 'colour' | 'budgets' | 'firstDay' | 'lastSeenAt' | 'tokenShare' | 'cost'
>;

function timesOf(time: ClientTime | undefined): Pick<ClientRow, 'firstDay' | 'lastSeenAt'> {
  return { firstDay: time?.firstDay ?? null, lastSeenAt: time?.lastAt ?? null };
}

function costOf({ rows }: CostReport, name: string | null): DayCost[] {
  const electricity = rows.find((row) => row.name === name)?.electricity ?? [];
  return electricity.map(({ currency, cost }) => ({ currency, cost }));
}

function sumsOf(rows: readonly RollupRow[], mostModels: number): Sums {
  const models = [...groupedBy(rows, 'model')].map(([model, own]): ClientModel => {
    return { model, ...totalOf(own) };
  });
  models.sort((a, b) => tokensOf(b) - tokensOf(a) || b.requests - a.requests);
  return {
    ...totalOf(rows),
    models: models.slice(0, mostModels),
    otherModels: Math.max(0, models.length - mostModels),
  };
}

function totalOf(rows: readonly RollupRow[]): Omit<Sums, 'models' | 'otherModels'> {
  const sum = (valueOf: (row: RollupRow) => number): number =>
    rows.reduce((total, row) => total + valueOf(row), 0);
  return {
    requests: sum(({ requests }) => requests),
    errors: sum(({ errors }) => errors),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    cachedInputTokens: sum(({ cachedInputTokens }) => cachedInputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    unmeteredRequests: sum(({ unmeteredRequests }) => unmeteredRequests),
    energyJoules: rows.reduce<number | null>(
      (total, { energyJoules }) => addKnown(total, energyJoules),
      null,
    ),
  };
}

function tokensOf(sums: { readonly inputTokens: number; readonly outputTokens: number }): number {
  return sums.inputTokens + sums.outputTokens;
}

function groupedBy(
  rows: readonly RollupRow[],
  dimension: ClientDimension | 'model',
): Map<string | null, RollupRow[]> {
  const groups = new Map<string | null, RollupRow[]>();
  for (const row of rows) {
    const group = groups.get(row[dimension]);
    if (group === undefined) groups.set(row[dimension], [row]);
    else group.push(row);
  }
  return groups;
}
