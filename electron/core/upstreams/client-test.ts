import type { ClientApi } from '../../../shared/connect/client-guide.ts';
import { noted, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { UpstreamTest } from '../../../shared/upstream-test.ts';
import type { Credentials } from './credentials.ts';
import { failureNote } from './failure-note.ts';
import { objectOf, textOf } from './json.ts';
import { createProber } from './probe.ts';
import type { ProbeReply } from './probe.ts';

/** A model may have to be loaded first, which takes minutes with slow disks. */
const TIMEOUT_MS = 300_000;
/** Enough for a speed, and few enough for slow machines. */
const MAX_TOKENS = 32;
/** Longest part of a server's own words in a note. */
const MAX_WORDS = 200;
/** The `User-Agent`, by which the meter tells the test from the client. */
const AGENT = 'Tokwatt-Test/1.0';

export interface ClientTest {
  readonly api: ClientApi;
  readonly model: string;
}

export interface TestedProxy {
  readonly proxyUrl: URL;
  /** The recognized kind of the server; null if it is unknown. */
  readonly kind: string | null;
  readonly credentials: Credentials;
}

interface Question {
  readonly path: string;
  readonly body: (model: string) => object;
  readonly headers?: Readonly<Record<string, string>>;
}

const messages = [{ role: 'user', content: 'Hello' }];

/** One short request of each API. */
const QUESTIONS: Readonly<Record<ClientApi, Question>> = {
  openai: {
    path: '/v1/chat/completions',
    body: (model) => ({ model, messages, max_tokens: MAX_TOKENS }),
  },
  responses: {
    path: '/v1/responses',
    body: (model) => ({ model, input: 'Hello', max_output_tokens: MAX_TOKENS }),
  },
  anthropic: {
    path: '/v1/messages',
    body: (model) => ({ model, messages, max_tokens: MAX_TOKENS }),
    headers: { 'anthropic-version': '2023-06-01' },
  },
  ollama: {
    path: '/api/chat',
    body: (model) => ({ model, messages, stream: false, options: { num_predict: MAX_TOKENS } }),
  },
};

/**
 * Asks a model for a few tokens through a proxy, as a client of this API would. It is metered like any
 * other request, as the application `Tokwatt test`. Never throws. Waits up to five minutes.
 */
export async function testClient(tested: TestedProxy, test: ClientTest): Promise<UpstreamTest> {
  const { proxyUrl, kind, credentials } = tested;
  const { path, body, headers } = QUESTIONS[test.api];
  const prober = createProber({ timeoutMs: TIMEOUT_MS });
  const startedAt = performance.now();
  try {
    const answer = await prober.post(proxyUrl, path, body(test.model), {
      'user-agent': AGENT,
      ...headers,
      ...credentials.headers(kind, path),
    });
    const note = answer.ok
      ? refusal(answer, path, credentials)
      : failureNote(proxyUrl, null, answer);
    const elapsedMs = Math.round(performance.now() - startedAt);
    return {
      ...{ ok: note === null, kind: null, label: null, elapsedMs },
      ...noted(note),
    };
  } finally {
    prober.close();
  }
}

/** What is wrong with an answer; null for nothing. */
function refusal(answer: ProbeReply, path: string, credentials: Credentials): Sentence | null {
  if (answer.status === 200 && objectOf(answer.json)?.error === undefined) return null;
  const said = faultOf(answer.status, path);
  const words = credentials.hide(ownWords(answer));
  return words === '' ? said : sentence('it_says', { said, words });
}

function faultOf(answered: number, path: string): Sentence {
  const status = String(answered);
  if (answered === 404 || answered === 405 || answered === 501) {
    return sentence('test_no_api', { status, path });
  }
  if (answered === 401 || answered === 403) return sentence('test_key', { status });
  return sentence('test_status', { status });
}

/** The error message of any of the APIs. */
function ownWords({ json }: ProbeReply): string {
  const body = objectOf(json);
  const error = objectOf(body?.error);
  const text = textOf(error?.message) ?? textOf(body?.error) ?? textOf(body?.message) ?? '';
  return text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text;
}
