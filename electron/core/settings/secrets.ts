import type * as v from 'valibot';
import { camelCase, snakeCase } from '../../../shared/wire.ts';
import { TokwattError } from '../errors.ts';
import { isPlain } from './setting-names.ts';

type Plain = Readonly<Record<string, unknown>>;
type Schema = v.GenericSchema;

/** Shown in place of a secret that is set. A patch with this value leaves the secret unchanged. */
export const HIDDEN = '(hidden)';

const SECRET_NAMES = new Set(['password', 'token', 'secret', 'apiKey']);
/** Secrets that are not in the settings document. Their store replaces "(hidden)" by the key. */
const KEPT_BY_STORE = new Set(['apiKey']);
/** Maps in which every value may be a secret. */
const SECRET_MAPS = new Set(['headers', 'trustedHops']);

/** Returns settings as the API shows them: snake_case names, and no secrets. */
export function toWireSettings(schema: Schema, settings: unknown): unknown {
  return renamed(schema, hidden(settings), snakeCase);
}

/**
 * Converts a patch from the API to the names of the settings. Names that users chose (of headers,
 * for example) stay as they are. Secrets with the value "(hidden)" are left out. Throws
 * `bad_request` (400) for a name in camelCase, because each setting has only one name in the API.
 */
export function fromWirePatch(schema: Schema, patch: Plain): Record<string, unknown> {
  return withoutHidden(renamed(schema, patch, settingName)) as Record<string, unknown>;
}

/** Renames the members that are in the schema, recursively. */
function renamed(
  schema: Schema | undefined,
  value: unknown,
  rename: (key: string) => string,
): unknown {
  if (schema !== undefined && 'wrapped' in schema) {
    return renamed(schema.wrapped as Schema, value, rename);
  }
  if (Array.isArray(value)) {
    const item = schema !== undefined && 'item' in schema ? (schema.item as Schema) : undefined;
    return value.map((each: unknown) => renamed(item, each, rename));
  }
  if (!isPlain(value)) return value;
  const isMap = schema?.type === 'record';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      isMap
        ? [key, inner]
        : [rename(key), renamed(memberOf(schema, camelCase(key)), inner, rename)],
    ),
  );
}

/**
 * Returns the schema of a member. Of several possible shapes, takes the first that has the member.
 */
function memberOf(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  if ('entries' in schema) {
    const entries = schema.entries as Readonly<Record<string, Schema>>;
    return Object.hasOwn(entries, key) ? entries[key] : undefined;
  }
  if (!('options' in schema) || !Array.isArray(schema.options)) return undefined;
  const options = schema.options as readonly unknown[];
  const found = options.flatMap((option) =>
    isPlain(option) ? (memberOf(option as unknown as Schema, key) ?? []) : [],
  );
  return found[0];
}

/** Hides the secrets of settings. An empty password stays empty: it is not a secret. */
export function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (!isPlain(value)) return value;
  return mapped(value, (key, inner) => {
    if (SECRET_NAMES.has(key) && typeof inner === 'string') return inner === '' ? '' : HIDDEN;
    if (SECRET_MAPS.has(key) && isPlain(inner)) return mapped(inner, () => HIDDEN);
    // The address of a webhook is a secret too: anyone who knows it can post there.
    if (key === 'webhook' && isPlain(inner)) {
      return { ...(hidden(inner) as Plain), ...('url' in inner ? { url: HIDDEN } : {}) };
    }
    return hidden(inner);
  });
}

export function withoutHidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHidden);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const isSecret = (SECRET_NAMES.has(key) && !KEPT_BY_STORE.has(key)) || key === 'url';
      if (isSecret && inner === HIDDEN) return [];
      if (!SECRET_MAPS.has(key) || !isPlain(inner)) return [[key, withoutHidden(inner)] as const];
      const kept = Object.entries(inner).filter(([, secret]) => secret !== HIDDEN);
      return [[key, Object.fromEntries(kept)] as const];
    }),
  );
}

function mapped(value: Plain, change: (key: string, inner: unknown) => unknown): Plain {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, change(key, inner)] as const),
  );
}

function settingName(key: string): string {
  if (!/[A-Z]/.test(key)) return camelCase(key);
  const message = `${key}: there is no such setting; names are written as ${snakeCase(key)}.`;
  throw new TokwattError('bad_request', message, { status: 400 });
}
