/** Budgets: the section `budgets` of the settings. */
import * as v from 'valibot';

const MAX_BUDGETS = 50;

export const MEASURES = ['tokens', 'energy', 'money'] as const;
export const PERIODS = ['day', 'week', 'month'] as const;
export const BUDGET_SCOPES = ['all', 'model', 'client', 'key'] as const;
export type BudgetPeriod = (typeof PERIODS)[number];

const budget = v.pipe(
  v.object({
    /** Unique. */
    name: v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(80)),
    /** Input and output tokens, kWh, or the cost of electricity in `cost.currency`. */
    measure: v.picklist(MEASURES, `must be one of: ${MEASURES.join(', ')}`),
    /** By the local calendar. Weeks begin on Monday. */
    period: v.picklist(PERIODS, `must be one of: ${PERIODS.join(', ')}`),
    scope: v.optional(
      v.picklist(BUDGET_SCOPES, `must be one of: ${BUDGET_SCOPES.join(', ')}`),
      'all',
    ),
    /** The name of the model, the application or the key's fingerprint; null for `all`. */
    subject: v.optional(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(200))), null),
    amount: v.pipe(
      v.number('must be a number'),
      v.finite('must be a number'),
      v.check((value) => value > 0, 'must be more than 0'),
    ),
    /** The shares at which to warn; 1 is the whole amount. */
    warnAt: v.optional(
      v.pipe(
        v.array(
          v.pipe(
            v.number('must be a number'),
            v.minValue(0.01, 'must be at least 0.01'),
            v.maxValue(10, 'must be at most 10'),
          ),
          'must be a list of shares, such as [0.8, 1]',
        ),
        v.maxLength(10),
      ),
      [0.8, 1],
    ),
    /** Refuse further requests of the scope once the amount is used up. */
    hardStop: v.optional(v.boolean('must be true or false'), false),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [key, message] of conflicts(input)) {
      addIssue({
        message,
        path: [{ type: 'object', origin: 'value', input, key, value: input[key] }],
      });
    }
  }),
);

interface Scoped {
  readonly scope: (typeof BUDGET_SCOPES)[number];
  readonly subject: string | null;
  readonly hardStop: boolean;
}

function conflicts({ scope, subject, hardStop }: Scoped): [keyof Scoped, string][] {
  const found: [keyof Scoped, string][] = [];
  if (scope === 'all' && subject !== null) {
    found.push(['subject', 'must be null, because the scope is all; set a scope for it']);
  }
  if (scope !== 'all' && subject === null) {
    found.push(['subject', `is needed: the name of the ${scope}`]);
  }
  if (scope === 'model' && hardStop) {
    found.push([
      'hardStop',
      "cannot be set for a model: its name is in the request's body, which is forwarded while it arrives; stop a client, a key or all",
    ]);
  }
  return found;
}

export const budgetsSchema = v.pipe(
  v.array(budget, 'must be a list of budgets'),
  v.maxLength(MAX_BUDGETS, `must be at most ${MAX_BUDGETS} budgets`),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [key, value] of input.entries()) {
      if (input.findIndex(({ name }) => name === value.name) === key) continue;
      addIssue({
        message: `another budget is called "${value.name}" too`,
        path: [
          { type: 'array', origin: 'value', input, key, value },
          { type: 'object', origin: 'value', input: value, key: 'name', value: value.name },
        ],
      });
    }
  }),
);

export type Budget = v.InferOutput<typeof budgetsSchema>[number];
