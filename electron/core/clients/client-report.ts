import type { CostReport } from '../../../shared/cost-report.ts';
import type { ClientDimension, ClientModel, ClientRow, Clients } from '../../../shared/clients.ts';
import type { BudgetState } from '../../../shared/cost.ts';
import type { DayCost } from '../../../shared/energy-days.ts';
import { localDate } from '../../../shared/format.ts';
import { addKnown } from '../../../shared/energy-sums.ts';
import { wholeDays } from '../cost/energy-days.ts';
import type { ClientModelSums, ClientTime } from '../records/ledger/client-sums.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import type { ClientLooks } from './client-looks.ts';

/** Most rows. Clients choose their names freely. */
const MAX_CLIENTS = 500;
const MAX_MODELS = 5;
/** What budgets and costs call each kind of client; they are not by process. */
const SCOPES = { application: 'client', key: 'key', process: null } as const;
/** Of a client that was asked for by its name. */
const MAX_MODELS_OF_ONE = 200;

export interface ClientSources {
  readonly ledger: Pick<Ledger, 'clientSums' | 'clientTimes' | 'flush' | 'state'>;
  readonly costs: {
    readonly budgets: readonly BudgetState[];
    report(query: {
      from: number;
      to: number;
      by: 'client' | 'key';
      isElectricityOnly: true;
    }): Promise<CostReport>;
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
  const scope = SCOPES[by];
  if (ledger.state.status === 'ok') await ledger.flush();
  const days = { fromDay: localDate(from), toDay: localDate(to - 1) };
  const [rows, cost] = await Promise.all([
    ledger.clientSums({ ...days, by }),
    scope === null ? null : costs.report({ from, to, by: scope, isElectricityOnly: true }),
  ]);
  const groups = groupedBy(rows, 'name');
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
      cost: cost === null ? [] : costOf(cost, sums.name),
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

function sumsOf(rows: readonly ClientModelSums[], mostModels: number): Sums {
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

function totalOf(rows: readonly ClientModelSums[]): Omit<Sums, 'models' | 'otherModels'> {
  const sum = (valueOf: (row: ClientModelSums) => number): number =>
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
  rows: readonly ClientModelSums[],
  dimension: 'name' | 'model',
): Map<string | null, ClientModelSums[]> {
  const groups = new Map<string | null, ClientModelSums[]>();
  for (const row of rows) {
    const group = groups.get(row[dimension]);
    if (group === undefined) groups.set(row[dimension], [row]);
    else group.push(row);
  }
  return groups;
}
