import { Hono } from 'hono';
import type { OpenAPIV3_1 } from 'openapi-types';
import * as v from 'valibot';
import { settingsSchema } from '../../../../shared/settings.ts';
import type { ApiToken } from '../../config/api-token.ts';
import type { SettingsFile } from '../../config/settings-file.ts';
import { TokwattError } from '../../errors.ts';
import { bodyOf } from './body.ts';
import { described, schemaOf } from './describe.ts';
import { HIDDEN, fromWirePatch, snake, toWireSettings } from './settings-routes-wire.ts';

type SchemaObject = OpenAPIV3_1.SchemaObject;

/** The settings as the file has them (flags may outrank them), and the API's token. */
export function settingsRoutes(settings: SettingsFile, token: ApiToken): Hono {
  const app = new Hono();
  app.get('/settings', DESCRIBED.read, (c) =>
    c.json(toWireSettings(settingsSchema, settings.current) as object),
  );
  app.patch('/settings', DESCRIBED.change, async (c) => {
    const patch = fromWirePatch(settingsSchema, await bodyOf(c));
    const change = inWireNames(() => settings.update(patch));
    return c.json({
      settings: toWireSettings(settingsSchema, change.settings),
      restart_needed: change.restartNeeded.map(snake),
    });
  });
  app.post('/token/rotate', DESCRIBED.rotate, (c) => c.json({ token: token.rotate() }));
  return app;
}

/** The file's own names, in what it says is wrong with a change, are those of the wire. */
function inWireNames<Result>(change: () => Result): Result {
  try {
    return change();
  } catch (error) {
    if (!(error instanceof TokwattError) || error.status !== 400) throw error;
    const message = error.message.replace(/(^|; )([\w.]+)(?=: )/g, (path) => snake(path));
    throw new TokwattError(error.code, message, { status: 400, cause: error });
  }
}

/** Every member is there, and no other: defaults fill what the file leaves out. */
function answerSchema(): SchemaObject {
  return closed(schemaOf(settingsSchema, 'output'));
}

function changeSchema(): SchemaObject {
  return {
    type: 'object',
    properties: {
      settings: answerSchema(),
      restart_needed: { type: 'array', items: { type: 'string' } },
    },
    required: ['settings', 'restart_needed'],
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

/** Any part of the settings; null in place of a member brings its default back. */
function patchSchema(): SchemaObject {
  return partOf(schemaOf(settingsSchema, 'input'));
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

/** Changes each member's schema, and lets no other member in. */
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
const secrets = `Secrets that are set read "${HIDDEN}".`;
const DESCRIBED = {
  read: described({
    ...settingsTag,
    summary: 'The settings',
    description: `As settings.json has them with defaults filled in; flags and the environment outrank them. ${secrets}`,
    get answer() {
      return { json: answerSchema() };
    },
  }),
  change: described({
    ...settingsTag,
    summary: 'Change settings',
    description: `A JSON merge patch (RFC 7396): what is not named stays, null brings a default back, lists are replaced whole. \`restart_needed\` names changed settings that wait for the next start. ${secrets} Sent back so, they stay.`,
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
    summary: 'A new token; the old one stops counting at once',
    answer: v.strictObject({ token: v.string() }),
    problems: [409],
  }),
};
