import type { Client, LiveExchange } from '../../../shared/usage.ts';
import type { ExchangeTap, Outcome, RequestHead } from '../proxy/tap.ts';
import { createDecoder } from '../usage/decode.ts';
import type { Decoder, DecodeOutcome } from '../usage/decode.ts';
import type { EstimateRules } from '../usage/estimate.ts';
import type { RequestReader, ResponseReader, Route } from '../usage/extractor.ts';
import { Capture } from './capture.ts';
import type { CaptureSettings } from './capture.ts';
import { Gaps } from './chunk-gaps.ts';
import { record, startOf } from './record.ts';
import type { Seen, SeenRecord } from './record.ts';

/** What an exchange needs from the meter around it. */
export interface ExchangeHost {
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Unix milliseconds, by the system's clock as it is set now. */
  now(): number;
  /** Content passed, at a monotonic moment. */
  onContent(chunks: number, at: number): void;
  onChange(): void;
  /** An answer of this model began. */
  onModel(model: string): void;
  onFinished(exchange: Exchange, finished: SeenRecord): void;
  readonly estimates: EstimateRules;
  /** Null while nothing is to be captured, so that nothing is held. */
  readonly captures: CaptureSettings | null;
}

/** One metered request and its answer, from head to end. Holds no bodies. */
export class Exchange implements ExchangeTap {
  readonly head: RequestHead;
  readonly route: Route;
  readonly client: Client;
  readonly #id: string;
  readonly #host: ExchangeHost;
  readonly #request: RequestReader;
  readonly capture: Capture | null;
  /** For bodies that come compressed; null where bytes are read as they are. */
  readonly #requestDecoder: Decoder | null;
  #responseDecoder: Decoder | null = null;
  #response: ResponseReader | null = null;
  #readable = true;
  #status: number | null = null;
  #bytesIn = 0;
  #bytesOut = 0;
  #chunksSeen = 0;
  #firstContentAt: number | null = null;
  #lastContentAt: number | null = null;
  readonly #gaps = new Gaps();

  constructor(id: string, head: RequestHead, route: Route, client: Client, host: ExchangeHost) {
    this.#id = id;
    this.head = head;
    this.route = route;
    this.client = client;
    this.#host = host;
    const header = headerLookup(head.rawHeaders);
    this.#request = route.dialect.request(route, header);
    this.capture = host.captures === null ? null : new Capture(host.captures, head.rawHeaders);
    this.#requestDecoder = this.#decoder(header, (chunk) => this.#readRequest(chunk));
  }

  requestChunk(chunk: Buffer): void {
    this.#bytesIn += chunk.length;
    if (this.#requestDecoder === null) this.#readRequest(chunk);
    else this.#requestDecoder.push(chunk);
  }

  requestEnd(): void {
    this.#host.onChange();
  }

  response(status: number, rawHeaders: readonly string[]): void {
    this.#status = status;
    const facts = this.#request.facts();
    const header = headerLookup(rawHeaders);
    this.#response = this.route.dialect.response(this.route, facts, { status, header });
    this.#responseDecoder = this.#decoder(header, (chunk) => this.#read(chunk));
    this.capture?.responseHead(rawHeaders);
    if (this.route.inference && facts.model !== null && status < 400) {
      this.#host.onModel(facts.model);
    }
    this.#host.onChange();
  }

  responseChunk(chunk: Buffer): void {
    this.#bytesOut += chunk.length;
    if (this.#responseDecoder === null) this.#read(chunk);
    else this.#responseDecoder.push(chunk);
  }

  end(outcome: Outcome): void {
    const end = { outcome, endedAt: this.#host.monotonic(), completedAt: this.#host.now() };
    if (this.#requestDecoder === null && this.#responseDecoder === null) {
      this.#finish(end, 'whole');
      return;
    }
    void this.#decoded().then((answer) => this.#finish(end, answer));
  }

  /** Content chunks that were counted into the live throughput. */
  get countedChunks(): number {
    return this.#chunksSeen;
  }

  /** Monotonic milliseconds of the first content; null if there was none. */
  get firstContentAt(): number | null {
    return this.#firstContentAt;
  }

  /** The exchange as it looks while in flight. */
  live(): LiveExchange {
    const facts = this.#request.facts();
    const elapsed = this.#host.monotonic() - this.head.monotonicAt;
    return {
      id: this.#id,
      startedAt: startOf(this.head, this.#host.now(), elapsed),
      upstream: this.head.upstream.name,
      api: this.route.api,
      operation: this.route.operation,
      endpoint: this.route.endpoint,
      model: facts.model,
      application: this.client.application,
      phase: this.#firstContentAt === null ? 'waiting' : 'generating',
      inputTokens: this.#response?.inputTokensSoFar ?? null,
      outputTokensSoFar: this.#chunksSeen,
    };
  }

  /** A decoder if the body has an encoding; one that cannot be decoded passes unread. */
  #decoder(header: Header, onData: (chunk: Buffer) => void): Decoder | null {
    const encoding = header('content-encoding');
    if (encoding === undefined || /^\s*(identity)?\s*$/i.test(encoding)) return null;
    const decoder = createDecoder(encoding, onData);
    this.#readable &&= decoder !== null;
    return decoder ?? UNREADABLE;
  }

  /** Waits for what is still being decoded; how the answer came out. */
  async #decoded(): Promise<DecodeOutcome> {
    const [request = 'whole', answer = 'whole'] = await Promise.all([
      this.#requestDecoder?.end(),
      this.#responseDecoder?.end(),
    ]);
    if (request === 'unreadable' || answer === 'unreadable') this.#readable = false;
    return answer;
  }

  #readRequest(chunk: Buffer): void {
    this.#request.push(chunk);
    this.capture?.request(chunk);
  }

  #read(chunk: Buffer): void {
    const response = this.#response;
    if (response === null) return;
    this.capture?.response(chunk);
    response.push(chunk);
    const fresh = (response.contentChunks ?? 0) - this.#chunksSeen;
    if (fresh > 0) this.#contentArrived(fresh);
  }

  #finish(end: End, answer: DecodeOutcome): void {
    this.#response?.end(end.outcome.kind === 'complete' && answer === 'whole');
    const finished = record({
      head: this.head,
      route: this.route,
      client: this.client,
      facts: this.#request.facts(),
      extraction: this.#response?.result() ?? null,
      contentChunks: this.#response?.contentChunks ?? null,
      inputTokensSoFar: this.#response?.inputTokensSoFar ?? null,
      status: this.#status,
      ...end,
      readable: this.#readable,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      firstContentAt: this.#firstContentAt,
      lastContentAt: this.#lastContentAt,
      gaps: this.#gaps,
      estimates: this.#host.estimates,
    });
    this.#host.onFinished(this, finished);
  }

  #contentArrived(chunks: number): void {
    const now = this.#host.monotonic();
    if (this.#lastContentAt !== null) this.#gaps.add(now - this.#lastContentAt);
    this.#firstContentAt ??= now;
    this.#lastContentAt = now;
    this.#chunksSeen += chunks;
    this.#host.onContent(chunks, now);
  }
}

type End = Pick<Seen, 'outcome' | 'endedAt' | 'completedAt'>;

type Header = (name: string) => string | undefined;

/** Takes a body that no runtime part here can decode, and reads nothing of it. */
const UNREADABLE: Decoder = {
  push: () => undefined,
  end: () => Promise.resolve('unreadable'),
};

/** Looks a header up by its lower-case name; the first one wins where there are several. */
export function headerLookup(raw: readonly string[]): Header {
  return (name) => {
    for (let i = 0; i < raw.length; i += 2) {
      if (raw[i]?.toLowerCase() === name) return raw[i + 1];
    }
    return undefined;
  };
}
