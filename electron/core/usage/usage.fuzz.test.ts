import { describe, expect, it, vi } from 'vitest';
import { RECORDINGS } from './fixtures/all.ts';
import type { Played, Recording } from './fixtures/recording.ts';
import { play } from './fixtures/recording.ts';

/** A small generator of reproducible numbers in [0, 1). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function inPieces(body: Buffer, next: () => number, largest: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const size = 1 + Math.floor(next() * largest);
    pieces.push(body.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

const isEvents = ({ body }: Recording): boolean => /^(?:data|event|:)/.test(body);
const isLines = ({ headers }: Recording): boolean =>
  headers['content-type']?.includes('ndjson') === true;

/** Rewrites every JSON object that begins a frame, a line or the body. */
function eachObject(recording: Recording, rewrite: (json: string) => string): string {
  const { body } = recording;
  if (isEvents(recording))
    return body.replace(
      /^(data: )(\{.*)$/gm,
      (_, name: string, json: string) => name + rewrite(json),
    );
  if (/^\{.*\n\{/.test(body)) return body.replace(/^\{.*$/gm, rewrite);
  return body.startsWith('{') ? rewrite(body) : body;
}

/** As Python's `json.dumps` spaces it. */
function spaced(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return JSON.stringify(value, null, 1).replace(/,\n */g, ', ').replace(/\n */g, '');
  } catch {
    return json;
  }
}

/** Other bytes that mean the same. */
const VARIANTS: Readonly<Record<string, (recording: Recording) => string>> = {
  'CR LF as line ends': (r) =>
    isEvents(r) || isLines(r) ? r.body.replaceAll('\n', '\r\n') : r.body,
  'CR as line ends': (r) => (isEvents(r) ? r.body.replaceAll('\n', '\r') : r.body),
  'comments between events': (r) =>
    isEvents(r) ? r.body.replaceAll('\n\n', '\n\n: ping\n\n:\n\n') : r.body,
  'other fields in events': (r) =>
    isEvents(r) ? r.body.replaceAll(/^data/gm, 'id: 7\nretry: 3\ndata') : r.body,
  'no space behind the colon': (r) =>
    isEvents(r) ? r.body.replaceAll(/^(data|event): /gm, '$1:') : r.body,
  'data over several lines': (r) =>
    isEvents(r) ? eachObject(r, (json) => json.replace('{', '{\ndata: ')) : r.body,
  'blank lines': (r) => (isLines(r) ? r.body.replaceAll('\n', '\n\n') : r.body),
  'a byte order mark': (r) => `\ufeff${r.body}`,
  'spaces in JSON': (r) => eachObject(r, spaced),
  'escapes of everything beyond ASCII': (r) =>
    eachObject(r, (json) =>
      json.replace(
        /[\u0080-\uffff]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ),
  'unknown members with markers in their text': (r) =>
    eachObject(r, (json) =>
      json.replace('{', '{"note":"\\"usage\\":{\\"done\\":true},\\"stop\\":true [DONE]",'),
    ),
  'unknown members of every kind': (r) =>
    eachObject(r, (json) =>
      json.replace(
        '{',
        '{"x":[{"usage":{"prompt_tokens":7}},null,-1e9],"y":{"done":true},"z":"\\ud800",',
      ),
    ),
  'an earlier member of the same name': (r) =>
    eachObject(r, (json) =>
      json.replace('{', '{"usage":{"prompt_tokens":7},"eval_count":7,"usage":null,'),
    ),
  'frames too large to hold': (r) =>
    eachObject(r, (json) => json.replace('{', `{"padding":"${'\\"\u00e9x\\\\'.repeat(12_000)}",`)),
};

/** What the earlier member makes of frames that do not repeat it is no matter of framing. */
function isComparable(name: string, recording: Recording): boolean {
  return name !== 'an earlier member of the same name' || recording.body.includes('"usage":{');
}

const WHOLE = new Map<Recording, Played>(
  RECORDINGS.map((recording) => [recording, play(recording, [Buffer.from(recording.body)])]),
);

vi.setConfig({ testTimeout: 120_000 });

describe('framing does not matter', () => {
  it('wherever a body is cut in two', () => {
    for (const recording of RECORDINGS) {
      const body = Buffer.from(recording.body);
      const whole = JSON.stringify(WHOLE.get(recording));
      for (let at = 1; at < body.length; at += 1) {
        const played = play(recording, [body.subarray(0, at), body.subarray(at)]);
        if (JSON.stringify(played) !== whole) {
          expect(played, `${recording.name}, cut at ${at}`).toEqual(WHOLE.get(recording));
        }
      }
    }
  });

  it('byte by byte and in random pieces, some of them empty', () => {
    const next = random(20261121);
    for (const recording of RECORDINGS) {
      const body = Buffer.from(recording.body);
      for (const largest of [1, 3, 17, 90, 400]) {
        const pieces = inPieces(body, next, largest).flatMap((piece) =>
          next() < 0.1 ? [Buffer.alloc(0), piece] : [piece],
        );
        expect(play(recording, pieces), recording.name).toEqual(WHOLE.get(recording));
      }
    }
  });

  it.each(Object.entries(VARIANTS))('with %s', (name, vary) => {
    const next = random(7);
    for (const recording of RECORDINGS) {
      const { headers } = recording;
      const isPlain =
        headers['content-type'] === 'text/plain' || headers['content-type'] === 'audio/mpeg';
      if (isPlain || !isComparable(name, recording)) continue;
      const body = Buffer.from(vary(recording));
      const largest = body.length > 100_000 ? 30_000 : 60;
      for (const pieces of [[body], inPieces(body, next, largest)]) {
        expect(play(recording, pieces), recording.name).toEqual(WHOLE.get(recording));
      }
    }
  });
});

describe('bytes that are no answer', () => {
  it('never throw and are never counted as complete', () => {
    const next = random(99);
    for (let round = 0; round < 300; round += 1) {
      const recording = RECORDINGS[Math.floor(next() * RECORDINGS.length)];
      if (recording === undefined) continue;
      const body = Buffer.from(recording.body);
      // Damage: some bytes replaced, some left out.
      const damaged = Buffer.from(
        [...body]
          .filter(() => next() > 0.02)
          .map((byte) => (next() < 0.02 ? Math.floor(next() * 256) : byte)),
      );
      const played = play(recording, inPieces(damaged, next, 50));
      for (const count of [played.found.usage.inputTokens, played.found.usage.outputTokens]) {
        expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
      }
    }
  });

  it('are not complete when they are noise', () => {
    const next = random(5);
    for (const recording of RECORDINGS.filter(
      ({ expected }) => expected.found?.inference !== false,
    )) {
      if (!/json|event-stream/.test(recording.headers['content-type'] ?? '')) continue;
      const noise = Buffer.from(Array.from({ length: 2000 }, () => 128 + Math.floor(next() * 128)));
      const { found } = play(recording, [noise]);
      expect(found.completed, recording.name).toBe(false);
    }
  });
});
