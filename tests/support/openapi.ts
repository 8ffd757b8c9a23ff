/** Reads the API's OpenAPI document and validates answers against it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Answer } from './control-api.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Json;
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Json }>>;
  };
  readonly responses: Readonly<Record<string, Json>>;
  readonly security?: readonly Json[];
}

export interface Document extends Json {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Json>>;
}

/** An operation with its method and path. */
export interface Endpoint {
  /** `GET /api/health`. */
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
  readonly parameters: readonly Parameter[];
}

export function endpointsOf(document: Document): Endpoint[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([name, operation]) => {
      const method = name.toUpperCase();
      const parameters = operation.parameters ?? [];
      return { title: `${method} ${path}`, method, path, operation, parameters };
    }),
  );
}

/** The path with its parameters filled in. */
export function fill(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${path}: say in this test what {${name}} is`);
    return encodeURIComponent(value);
  });
}

/** All values of `$ref` in a document. */
export function refsOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    key === '$ref' && typeof value === 'string' ? [value] : refsOf(value),
  );
}

/** The target of a `#/…` reference; undefined if there is none. */
export function resolve(document: Json, ref: string): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (node, part) =>
        typeof node === 'object' && node !== null ? (node as Json)[part] : undefined,
      document,
    );
}

/** All schemas of the document with their positions. */
export function schemasOf(node: unknown, place = '#'): [string, Json][] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]): [string, Json][] => {
    const at = `${place}/${key}`;
    const isSchema = key === 'schema' || place === '#/components/schemas';
    return isSchema ? [[at, value as Json]] : schemasOf(value, at);
  });
}

/** Validates answers against the document. */
export class AnswerChecker {
  readonly #ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
    addFormats(this.#ajv);
  }

  /** Throws if the schema violates JSON Schema or uses an unknown keyword. */
  compile(schema: Json): (value: unknown) => string | null {
    const inlined = this.#inlined(schema) as Json;
    const check = this.#ajv.compile(inlined);
    return (value) => (check(value) ? null : this.#ajv.errorsText(check.errors));
  }

  /** Describes the problem with an answer; null if it is valid. */
  problemWith({ operation }: Endpoint, answer: Answer): string | null {
    const said = operation.responses[`${answer.status}`] ?? operation.responses.default;
    if (said === undefined) return `status ${answer.status} is not in the document`;
    const { content } = this.#inlined(said) as {
      content?: Readonly<Record<string, { readonly schema: Json }>>;
    };
    const type = answer.headers.get('content-type')?.replace(/;.*/, '') ?? '';
    if (content === undefined) return answer.text === '' ? null : 'a body where none is told';
    const media = Object.entries(content).find(([name]) => name.replace(/;.*/, '') === type)?.[1];
    if (media === undefined) return `type ${type} is not in the document`;
    if (media.schema.type === 'string') return null;
    return this.compile(media.schema)(answer.body);
  }

  /** Inlines references. They are few and not circular. */
  #inlined(node: unknown): unknown {
    if (Array.isArray(node)) return node.map((each) => this.#inlined(each));
    if (typeof node !== 'object' || node === null) return node;
    if ('$ref' in node && typeof node.$ref === 'string') {
      return this.#inlined(resolve(this.#document, node.$ref));
    }
    return Object.fromEntries(
      Object.entries(node).map(([key, value]: [string, unknown]) => [key, this.#inlined(value)]),
    );
  }
}
