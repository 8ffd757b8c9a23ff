import { Hono } from 'hono';
import type { OpenAPIV3_1 } from 'openapi-types';
import * as v from 'valibot';
import { settingsSchema } from '../../../../shared/settings.ts';
import type { ApiToken } from '../../startup/api-token.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import { snakeCase } from '../../../../shared/wire.ts';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { bodyOf } from '../body.ts';
import { described, schemaOf } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { HIDDEN, fromWirePatch, toWireSettings } from '../../settings/secrets.ts';
import { said } from '../schemas/sentence-schema.ts';

type SchemaObject = OpenAPIV3_1.SchemaObject;

const overridesSchema = v.array(
  v.strictObject({
    setting: v.string(),
    source: v.string(),
    value: v.union([
      v.string(),
      v.number(),
      v.array(v.strictObject({ name: v.string(), url: v.string() })),
    ]),
  }),
);
const reasonsSchema = v.array(
  v.strictObject({ setting: v.string(), reason: v.string(), reasonSentence: v.optional(said) }),
);
/** Members that are sent along with the settings. A client may send them back; they are ignored. */
const besideSchema = v.object({
  restartNeeded: v.optional(v.array(v.string())),
  restartReasons: v.optional(v.array(v.looseObject({ setting: v.string() }))),
  overrides: v.optional(overridesSchema),
});
const BESIDE = ['restart_needed', 'restart_reasons', 'overrides'] as const;

/**
 * Routes for the settings as stored in the file (flags may override them) and for the API's token.
 */
export function settingsRoutes(settings: SettingsStore, token: ApiToken, log: Log): Hono {
  const app = new Hono();
  app.get('/settings', DESCRIBED.read, (c) =>
    c.json({ ...(toWireSettings(settingsSchema, settings.file) as object), ...beside(settings) }),
  );
  app.patch('/settings', DESCRIBED.change, async (c) => {
    const given = await bodyOf(c);
    checked(besideSchema, given);
    for (const name of BESIDE) Reflect.deleteProperty(given, name);
    const patch = fromWirePatch(settingsSchema, given);
    const change = await inWireNames(() => settings.update(patch));
    // Only known names are logged. A patch may also use null to remove unknown settings, whatever
    // their names.
    const sections = Object.keys(patch).filter((key) => Object.hasOwn(change.settings, key));
    log.info({ settings: sections }, 'settings were changed over the API');
    return c.json({
      settings: toWireSettings(settingsSchema, change.settings),
      ...beside(settings),
    });
  });
  app.post('/token/rotate', DESCRIBED.rotate, (c) => {
    const rotated = token.rotate();
    log.info({}, 'there is a new API token, asked for over the API');
    return c.json({ token: rotated });
  });
  return app;
}

/** The members that are sent along with the settings. */
function beside({ restartNeeded, overrides }: SettingsStore): object {
  return {
    restart_needed: restartNeeded.map(({ setting }) => snakeCase(setting)),
    restart_reasons: restartNeeded.map(({ setting, reason, reasonSentence }) => ({
      setting: snakeCase(setting),
      reason,
      reason_sentence: reasonSentence,
    })),
    overrides: overrides.map(({ setting, ...rest }) => ({ setting: snakeCase(setting), ...rest })),
  };
}

/** Converts the setting names in an error message to wire names. */
async function inWireNames<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof TokwattError) || error.status !== 400) throw error;
    const message = error.message.replace(/(^|; )([\w.]+)(?=: )/g, (path) => snakeCase(path));
    const details = { status: 400, cause: error, said: error.said ?? undefined };
    throw new TokwattError(error.code, message, details);
  }
}

/** The answer has exactly the known members, because defaults fill the missing ones. */
function answerSchema(): SchemaObject {
  return closed(schemaOf(settingsSchema, 'output'));
}

/** The members beside the settings: changes that need a restart, and overridden settings. */
function besideMembers(): Record<string, SchemaObject> {
  const names: SchemaObject = { type: 'array', items: { type: 'string' } };
  return {
    restart_needed: names,
    restart_reasons: schemaOf(reasonsSchema, 'output'),
    overrides: schemaOf(overridesSchema, 'output'),
  };
}

function readSchema(): SchemaObject {
  const { properties, required = [], ...rest } = answerSchema();
  return {
    ...rest,
    properties: { ...properties, ...besideMembers() },
    required: [...required, ...BESIDE],
  };
}

function changeSchema(): SchemaObject {
  return {
    type: 'object',
    properties: {
      settings: answerSchema(),
      ...besideMembers(),
    },
    required: ['settings', ...BESIDE],
    additionalProperties: false,
  };
}

function closed(schema: SchemaObject): SchemaObject {
  const { properties, ...rest } = overMembers(schema, closed);
  if (properties === undefined) return rest;
  const filled = Object.entries(properties).filter(([, member]) => 'default' in member);
  const required = [...(rest.required ?? []), ...filled.map(([name]) => name)];
  return { ...rest, properties, required: [...new Set(required)] };
}

/** A patch may have any part of the settings. Null resets a member to its default. */
function patchSchema(): SchemaObject {
  const { properties, ...rest } = partOf(schemaOf(settingsSchema, 'input'));
  return { ...rest, properties: { ...properties, ...besideMembers() } };
}

function partOf(schema: SchemaObject): SchemaObject {
  if (schema.anyOf !== undefined) {
    return { ...schema, anyOf: schema.anyOf.map((each) => partOf(each as SchemaObject)) };
  }
  const part = { ...schema };
  delete part.default;
  if (part.properties === undefined) return part;
  delete part.required;
  return overMembers(part, (member) => ({ anyOf: [partOf(member), { type: 'null' }] }));
}

/** Converts the schema of each member and forbids others. */
function overMembers(
  schema: SchemaObject,
  change: (member: SchemaObject) => SchemaObject,
): SchemaObject {
  if (schema.anyOf !== undefined) {
    return {
      ...schema,
      anyOf: schema.anyOf.map((each) => overMembers(each as SchemaObject, change)),
    };
  }
  if (schema.properties === undefined) return schema;
  const members = Object.entries(schema.properties).map(
    ([name, member]) => [name, change(member as SchemaObject)] as const,
  );
  return { ...schema, properties: Object.fromEntries(members), additionalProperties: false };
}

const settingsTag = { tag: 'settings' } as const;
const secrets = `Secrets that are set are shown as "${HIDDEN}".`;
const DESCRIBED = {
  read: described({
    ...settingsTag,
    summary: 'The settings',
    description: `The settings of settings.json with defaults. \`overrides\` lists settings that flags and the environment override. \`restart_needed\` names changed settings that take effect at the next start, and \`restart_reasons\` says why. ${secrets}`,
    get answer() {
      return { json: readSchema() };
    },
  }),
  change: described({
    ...settingsTag,
    summary: 'Change settings',
    description: `A JSON merge patch (RFC 7396): missing members stay unchanged, null restores a default, lists are replaced as a whole. \`restart_needed\` names all settings that take effect at the next start, and \`restart_reasons\` says why. A patch may contain both and \`overrides\`; they are ignored. ${secrets} A secret sent back in this form stays unchanged.`,
    get body() {
      return { json: patchSchema() };
    },
    get answer() {
      return { json: changeSchema() };
    },
    problems: [413],
  }),
  rotate: described({
    ...settingsTag,
    summary: 'Create a new token; the old one becomes invalid at once',
    answer: v.strictObject({ token: v.string() }),
    problems: [409],
  }),
};
