import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REDACTED, redactBody } from './redact.ts';

const FIELDS = ['user', 'PIN code', 'Schlüssel', 'odd"na\\me', 'x:y'];
const RULES = { headers: [], fields: FIELDS };
const NAMES = ['api_key', 'x-goog-api-key', 'OPENAI_API_KEY', 'accessToken', 'password', 'Cookie'];
/** A piece of a secret with this length must not remain, characters. */
const PIECE = 8;
const HOLDER = '@@NAME@@';

/** A body that contains a secret. */
interface Planted {
  readonly body: string;
  /** The name with its mark and its first quote. Damage does not change this part. */
  readonly name: readonly [start: number, end: number];
  /** Texts that must not remain, in the form that they have in the body. */
  readonly secrets: readonly string[];
}

/** Picks a character of a text. */
const oneOf = (text: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(text));

const escaped = (text: string, levels: number): string =>
  levels === 0 ? text : escaped(JSON.stringify(text).slice(1, -1), levels - 1);

/** Text that cannot be a part of a secret, because it has other letters. */
const filler = fc.string({ unit: oneOf('αβγ AB",{}[]:=\\\n'), maxLength: 12 });
const fillerValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    filler,
    fc.integer({ min: 0, max: 999 }),
    fc.constantFrom(null, true, false),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ unit: oneOf('αβγAB '), maxLength: 5 }), tie('value'), {
      maxKeys: 3,
    }),
  ),
})).value;

const word = fc.oneof(
  fc.string({
    unit: oneOf('cdefghijklmnopqrstuvwxyz0123456789-_'),
    minLength: 12,
    maxLength: 40,
  }),
  fc.string({
    unit: oneOf('cdefghijkl0123456789 .,:;{}[]()"\'\\/+=&?%\n\t'),
    minLength: 12,
    maxLength: 40,
  }),
  fc.string({ unit: oneOf('cdefäöüßжひ漢😀'), minLength: 12, maxLength: 40 }),
);
const name = fc.constantFrom(...NAMES, ...FIELDS).chain((each) => fc.mixedCase(fc.constant(each)));

/** A secret value, and the texts in it. */
const secretValue: fc.Arbitrary<{ value: unknown; words: readonly unknown[] }> = fc.oneof(
  word.map((text) => ({ value: text, words: [text] })),
  fc
    .bigInt({ min: 10n ** 13n, max: 10n ** 15n })
    .map((n) => ({ value: Number(n), words: [Number(n)] })),
  fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => ({ value: words, words })),
  fc.tuple(word, word, fillerValue).map(([a, b, other]) => ({
    value: { AB: a, β: other, γ: { α: [b] } },
    words: [a, b],
  })),
);

/** A document with a secret at any place. */
const documentWith = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.boolean(), fillerValue, fillerValue), { maxLength: 3 }),
      fillerValue,
      fillerValue,
    )
    .map(([around, before, after]) => {
      let inner: unknown = { α: before, [HOLDER]: value, β: after };
      for (const [isArray, first, last] of around) {
        inner = isArray ? [first, inner, last] : { A: first, B: inner, γ: last };
      }
      return inner;
    });

/** Escapes one letter of a name, or none. */
const escapeOf = (text: string, at: number): string => {
  const letter = text[at % text.length] ?? '';
  if (!/[a-z]/i.test(letter)) return escaped(text, 1);
  const code = `\\u00${letter.charCodeAt(0).toString(16)}`;
  const index = at % text.length;
  return escaped(text.slice(0, index), 1) + code + escaped(text.slice(index + 1), 1);
};

interface Shape {
  readonly indent: number | string;
  readonly levels: number;
  readonly escapeAt: number | null;
}
const shape = fc.record<Shape>({
  indent: fc.constantFrom(0, 0, 2, '\t'),
  levels: fc.constantFrom(0, 0, 1, 2, 3),
  escapeAt: fc.option(fc.nat(20)),
});

const json: fc.Arbitrary<Planted> = fc
  .tuple(name, secretValue, shape)
  .chain(([named, { value, words }, { indent, levels, escapeAt }]) =>
    documentWith(value).map((doc) => {
      let body = JSON.stringify(doc, null, indent);
      for (let level = 0; level < levels; level += 1) {
        body = JSON.stringify({ α: 'AB', arguments: body, β: [1] }, null, indent);
      }
      const written = escapeAt === null ? escaped(named, 1) : escapeOf(named, escapeAt);
      const start = body.indexOf(HOLDER);
      body = body.replace(HOLDER, () => escaped(written, levels));
      const end = body.indexOf(':', start + escaped(written, levels).length) + 1;
      const secrets = words.map((each) =>
        typeof each === 'string' ? escaped(each, levels + 1) : String(each),
      );
      return { body, name: [start, end] as const, secrets };
    }),
  );

/** Adds text around the body, or changes its lines. */
const wrapped = (planted: Planted, before: string, after: string): Planted => ({
  body: before + planted.body + after,
  name: [planted.name[0] + before.length, planted.name[1] + before.length],
  secrets: planted.secrets,
});

const lines = fc
  .tuple(json, fc.array(fillerValue, { maxLength: 3 }), fc.array(fillerValue, { maxLength: 3 }))
  .map(([planted, before, after]) => {
    const text = (values: readonly unknown[]): string =>
      values.map((value) => `${JSON.stringify({ A: value })}\n`).join('');
    return wrapped(planted, text(before), `\n${text(after)}`);
  });
const events = fc
  .tuple(json, fc.array(fillerValue, { maxLength: 3 }), fc.array(fillerValue, { maxLength: 3 }))
  .map(([planted, before, after]) => {
    const text = (values: readonly unknown[]): string =>
      values.map((value) => `event: A\ndata: ${JSON.stringify({ A: value })}\n\n`).join('');
    return wrapped(planted, `${text(before)}data: `, `\n\n${text(after)}data: [DONE]\n\n`);
  });

const multipart: fc.Arbitrary<Planted> = fc
  .tuple(
    name.filter((each) => !/["\\]/.test(each)),
    word,
    filler,
    filler,
  )
  .filter(([, secret]) => !secret.includes('\n--'))
  .map(([named, secret, before, after]) => {
    const part = (field: string, text: string): string =>
      `--Xboundary7\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${text}\r\n`;
    const body = `${part('A', before)}${part(named, secret)}${part('B', after)}--Xboundary7--\r\n`;
    const start = body.indexOf(`name="${named}"`);
    return { body, name: [start - 20, start + named.length + 7] as const, secrets: [secret] };
  });

const form: fc.Arbitrary<Planted> = fc
  .tuple(name, word, fc.array(filler, { maxLength: 3 }), fc.array(filler, { maxLength: 3 }))
  .map(([named, secret, before, after]) => {
    const pairs = (texts: readonly string[]): string[] =>
      texts.map((text) => `A=${encodeURIComponent(text)}`);
    const head = pairs(before)
      .map((pair) => `${pair}&`)
      .join('');
    const key = `${encodeURIComponent(named)}=`;
    const value = encodeURIComponent(secret);
    const body = [head + key + value, ...pairs(after)].join('&');
    return { body, name: [head.length, head.length + key.length] as const, secrets: [value] };
  });

const url: fc.Arbitrary<Planted> = fc
  .tuple(fc.constantFrom('key', 'api_key', 'access_token', 'sig', 'token'), word, shape, filler)
  .map(([named, secret, { indent, levels }, other]) => {
    const value = encodeURIComponent(secret);
    const address = `https://α.β/A?B=1&${named}=${value}&A=${encodeURIComponent(other)}`;
    let body = JSON.stringify({ A: other, B: address, γ: 1 }, null, indent);
    for (let level = 0; level < levels; level += 1) body = JSON.stringify({ arguments: body });
    const start = body.indexOf(`&${named}=`);
    return { body, name: [start, start + named.length + 2] as const, secrets: [value] };
  });

type Damage = readonly [kind: 'delete' | 'insert' | 'replace', at: number, text: string];
const damageOf: fc.Arbitrary<Damage> = fc.tuple(
  fc.constantFrom('delete', 'insert', 'replace'),
  fc.nat(),
  fc.constantFrom('"', '\n', ' ', ',', '}', ']', '{', '[', ':', '\\', "'", 'A', '\0', '\ufffd'),
);

interface Fate {
  readonly damage: Damage | null;
  /** The length cut off at the front, and the position of the cut at the end; null for none. */
  readonly front: number | null;
  readonly cut: number | null;
}
const [nothing, somewhere] = [fc.constant(null), fc.option(fc.nat())];
const cutOff = fc.record<Fate>({ damage: nothing, front: somewhere, cut: somewhere });
const damaged = fc.record<Fate>({ damage: damageOf, front: nothing, cut: somewhere });

/** A damaged body: cut off in front, broken at one place outside its name, cut off at the end. */
function after({ body, name: [start, end] }: Planted, { damage, front, cut }: Fate): string {
  const kept = Math.max(0, start - 1);
  const gone = front === null ? 0 : front % (kept + 1);
  const left = body.slice(gone);
  const text = damage === null ? left : broken(left, kept - gone, end - gone, damage);
  return cut === null ? text : text.slice(0, cut % (text.length + 1));
}

function broken(body: string, from: number, to: number, [kind, place, put]: Damage): string {
  const index = place % Math.max(1, body.length - (to - from));
  const at = index < from ? index : index + (to - from);
  return (
    body.slice(0, at) + (kind === 'delete' ? '' : put) + body.slice(kind === 'insert' ? at : at + 1)
  );
}

function leaked(secrets: readonly string[], given: string, redacted: string): string[] {
  return secrets.flatMap((secret) => {
    const found: string[] = [];
    for (let at = 0; at + PIECE <= secret.length; at += 1) {
      const piece = secret.slice(at, at + PIECE);
      // The same escapes can occur outside of the secret.
      if (piece.replace(/\\+[nrt]?|%[\dA-F]{2}|[^\p{L}\d]/gu, '').length < 5) continue;
      if (given.includes(piece) && redacted.includes(piece)) found.push(piece);
    }
    return found;
  });
}

/** More runs find rarer cases: `REDACTION_RUNS=50000 npx vitest run --testTimeout 900000 …`. */
const RUNS = Number(process.env.REDACTION_RUNS ?? 500);

function redacted(text: string): string {
  return Buffer.from(redactBody(Buffer.from(text), RULES)).toString();
}

const FORMATS: [string, fc.Arbitrary<Planted>][] = [
  ['JSON', json],
  ['lines of JSON', lines],
  ['an event stream', events],
  ['a multipart body', multipart],
  ['a form', form],
];

describe('a secret in random text', () => {
  test.each([...FORMATS, ['a URL', url]])(
    'in %s never comes back, wherever it is cut',
    (_, planted) => {
      fc.assert(
        fc.property(planted, cutOff, (each, fate) => {
          const given = after(each, fate);
          expect(leaked(each.secrets, given, redacted(given))).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    },
  );

  test.each(FORMATS)('in %s never comes back, wherever it is broken', (_, planted) => {
    fc.assert(
      fc.property(planted, damaged, (each, fate) => {
        const given = after(each, fate);
        expect(leaked(each.secrets, given, redacted(given))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test('in a known form is hidden in any context', () => {
    const token = fc.string({
      unit: oneOf('cdefghijklmnopqrstuvwxyzCDEFGHIJKLMNOP0123456789'),
      minLength: 36,
      maxLength: 60,
    });
    const prefix = fc.constantFrom(
      'Bearer ',
      'bearer ',
      'sk-',
      'sk-proj-',
      'ghp_',
      'hf_',
      'gsk_',
      'xai-',
    );
    fc.assert(
      fc.property(
        prefix,
        token,
        fillerValue,
        fc.constantFrom(0, 2),
        fc.option(fc.nat()),
        (begin, secret, other, indent, cut) => {
          const body = JSON.stringify(
            { α: other, A: `β "${begin}${secret}"`, γ: other },
            null,
            indent,
          );
          const given = cut === null ? body : body.slice(0, cut % (body.length + 1));
          expect(leaked([secret], given, redacted(given))).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('other text', () => {
  test('stays in whole JSON, which stays valid', () => {
    fc.assert(
      fc.property(
        name,
        secretValue,
        fillerValue,
        fc.constantFrom(0, 2),
        (named, { value }, other, indent) => {
          const doc = { α: [1, { β: other }], [named]: value, γ: { A: null } };
          const parsed: unknown = JSON.parse(redacted(JSON.stringify(doc, null, indent)));
          expect(parsed).toEqual({ ...doc, [named]: REDACTED });
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('stays identical if there is no secret', () => {
    const part = fc.oneof(
      fillerValue.map((value) => JSON.stringify(value)),
      filler,
    );
    fc.assert(
      fc.property(fc.array(part), fc.uint8Array(), (parts, bytes) => {
        const given = Buffer.concat([Buffer.from(parts.join('\n')), bytes]);
        expect(redactBody(given, { headers: [], fields: ['user'] })).toBe(given);
      }),
      { numRuns: RUNS },
    );
  });
});
