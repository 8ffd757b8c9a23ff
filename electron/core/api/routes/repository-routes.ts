import { Hono } from 'hono';
import type { Context } from 'hono';
import * as v from 'valibot';
import { meansModel } from '../../../../shared/model-names.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { Models } from '../../models/models.ts';
import type { ModelRepository } from '../../models/repository.ts';
import {
  entryPatchSchema,
  entrySchema,
  modelNameSchema,
  newEntrySchema,
} from '../../models/repository-entry.ts';
import type { RepositoryEntry } from '../../models/repository-entry.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { failuresAnswer, failuresOf } from './model-routes.ts';
import { checked, queryOf } from '../problem.ts';
import { hangUp } from '../streamed-answer.ts';

const nameParams = v.object({ name: modelNameSchema });
const querySchema = v.strictObject({
  category: v.exactOptional(v.string()),
  favoritesOnly: v.exactOptional(v.boolean(), false),
  installedOnly: v.exactOptional(v.boolean(), false),
});
const favoriteSchema = v.strictObject({ isFavorite: v.exactOptional(v.boolean()) });

const entryAnswer = v.strictObject({
  ...entrySchema.entries,
  isInstalled: v.boolean(),
  usageCount: v.pipe(v.number(), v.description('requests since the first start')),
  totalTokensGenerated: v.pipe(v.number(), v.description('output tokens since the first start')),
  lastUsedAt: v.nullable(v.number()),
});
const listAnswer = v.strictObject({ models: v.array(entryAnswer), total: v.number() });
const syncAnswer = v.strictObject({
  status: v.literal('synced'),
  installedCount: v.number(),
  models: v.array(v.string()),
  added: v.array(v.string()),
  gone: v.array(v.string()),
  errors: failuresAnswer,
});
const removedAnswer = v.strictObject({ status: v.literal('deleted'), model: v.string() });

const LIST = described({
  tag: 'models',
  summary: 'The list of models, favourites first',
  query: querySchema,
  answer: listAnswer,
});

const ADD = described({
  tag: 'models',
  summary: 'Add a model to the list',
  body: newEntrySchema,
  answer: entryAnswer,
  status: 201,
  problems: [409, 413],
});

const SYNC = described({
  tag: 'models',
  summary: 'Update the list from the models of the upstreams',
  description:
    'New models are added. Models that no longer exist stay on the list as not installed. Models of an upstream that does not answer stay unchanged.',
  answer: syncAnswer,
  problems: [409, 502, 504],
});

const FAVORITE = described({
  tag: 'models',
  summary: 'Make a model a favourite or not',
  description: 'Without a body, the state is toggled. A model that is not on the list is added.',
  params: nameParams,
  body: favoriteSchema,
  bodyIsOptional: true,
  answer: entryAnswer,
  problems: [409, 413],
});

const DEFAULT = described({
  tag: 'models',
  summary: 'Make a model the default',
  description: 'There is at most one default. A model that is not on the list is added.',
  params: nameParams,
  answer: entryAnswer,
  problems: [409, 413],
});

const ONE = described({
  tag: 'models',
  summary: 'A model of the list',
  params: nameParams,
  answer: entryAnswer,
  problems: [404],
});

const CHANGE = described({
  tag: 'models',
  summary: 'Change the list’s entry of a model',
  params: nameParams,
  body: entryPatchSchema,
  answer: entryAnswer,
  problems: [404, 413],
});

const REMOVE = described({
  tag: 'models',
  summary: 'Remove a model from the list',
  description: 'The model stays installed.',
  params: nameParams,
  answer: removedAnswer,
  problems: [404],
});

export interface RepositoryRoutesOptions {
  readonly repository: ModelRepository;
  readonly models: Models;
  readonly snapshot: () => Snapshot;
}

/** Routes for the user's own list of models. */
export function repositoryRoutes(options: RepositoryRoutesOptions): Hono {
  const { repository, models } = options;
  const app = new Hono();
  const view = (entry: RepositoryEntry): object => viewEntry(entry, options.snapshot());
  app.get('/', LIST, (c) => {
    const given = queryOf(c, { booleans: ['favorites_only', 'installed_only'] });
    const { category, favoritesOnly, installedOnly } = checked(querySchema, given);
    const found = repository.entries.filter(
      (entry) =>
        (category === undefined || entry.category === category) &&
        (!favoritesOnly || entry.isFavorite) &&
        (!installedOnly || entry.upstreams.length > 0),
    );
    // One snapshot for all entries, because creating it is expensive.
    const snapshot = options.snapshot();
    const views = found.map((entry) => viewEntry(entry, snapshot));
    return c.json({ models: views, total: found.length });
  });
  app.post('/', ADD, async (c) => {
    const entry = checked(newEntrySchema, await bodyOf(c));
    return c.json(view(repository.add(entry, Date.now())), 201);
  });
  app.post('/sync', SYNC, async (c) => {
    const installed = await models.installed(undefined, hangUp(c));
    const { installed: names, added, gone } = repository.sync(installed, Date.now());
    const counts = { status: 'synced', installed_count: names.length, models: names };
    return c.json({ ...counts, added, gone, errors: failuresOf(installed.errors) });
  });
  addMarks(app, repository, view);
  addOne(app, repository, view);
  return app;
}

type View = (entry: RepositoryEntry) => object;

function addMarks(app: Hono, repository: ModelRepository, view: View): void {
  app.post('/:name{.+}/favorite', FAVORITE, async (c) => {
    const { isFavorite } = checked(favoriteSchema, await optionalBodyOf(c));
    const patch = (entry: RepositoryEntry): { isFavorite: boolean } => ({
      isFavorite: isFavorite ?? !entry.isFavorite,
    });
    return c.json(view(repository.mark(nameOf(c), patch, Date.now())));
  });
  app.post('/:name{.+}/default', DEFAULT, (c) =>
    c.json(view(repository.mark(nameOf(c), () => ({ isDefault: true }), Date.now()))),
  );
}

function addOne(app: Hono, repository: ModelRepository, view: View): void {
  app.get('/:name{.+}', ONE, (c) => c.json(view(repository.get(nameOf(c)))));
  app.put('/:name{.+}', CHANGE, async (c) => {
    const patch = checked(entryPatchSchema, await bodyOf(c));
    return c.json(view(repository.update(nameOf(c), patch, Date.now())));
  });
  app.delete('/:name{.+}', REMOVE, (c) => {
    const name = nameOf(c);
    repository.remove(name);
    return c.json({ status: 'deleted', model: name });
  });
}

function nameOf(c: Context): string {
  return checked(nameParams, { name: c.req.param('name') }).name;
}

async function optionalBodyOf(c: Context): Promise<Record<string, unknown>> {
  return (await c.req.text()) === '' ? {} : bodyOf(c);
}

/** An entry with its totals. They count all traffic, even from before the model was on the list. */
function viewEntry(entry: RepositoryEntry, { state }: Snapshot): object {
  // Ollama lists as `llama3:latest` what is counted under `llama3`.
  const isOllama = state.upstreams.some(
    ({ name, kind }) =>
      kind === 'ollama' && (entry.upstreams.length === 0 || entry.upstreams.includes(name)),
  );
  const lines = state.totals.ever.models.filter(({ model }) =>
    meansModel(entry.modelName, model, isOllama),
  );
  const last = Math.max(...lines.map(({ lastUsedAt }) => lastUsedAt));
  return toWire({
    ...entry,
    isInstalled: entry.upstreams.length > 0,
    usageCount: lines.reduce((sum, { requests }) => sum + requests, 0),
    totalTokensGenerated: lines.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    lastUsedAt: lines.length === 0 ? null : last,
  });
}
