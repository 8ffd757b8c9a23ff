import type { Client } from '../../../shared/usage.ts';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import type { ExchangeTap, Outcome, Passed, RequestHead } from '../proxy/tap.ts';
import type { Sizes } from '../usage/calibration.ts';
import type { DecodeOutcome } from '../usage/decode.ts';
import type { EstimateRules, Estimator } from '../usage/estimate.ts';
import type { RequestFacts, ResponseReader, Route } from '../usage/extractor.ts';
import { abandonedRecord } from './abandoned-record.ts';
import type { AnswerMessage } from './answer-message.ts';
import { BodyReading } from './body-reading.ts';
import { Capture } from './capture.ts';
import { Arrivals } from './arrivals.ts';
import { attempt } from './attempt.ts';
import type { Ended, ExchangeHost } from './exchange-host.ts';
import { ExchangeRequest } from './exchange-request.ts';
import { headerLookup } from './header-lookup.ts';
import { record, startOf } from './record.ts';
import type { Seen } from './record.ts';
import { usageSoFar } from './usage-so-far.ts';
import type { UsageSoFar } from './usage-so-far.ts';

/** One metered request and its answer. It holds no bodies. */
export class Exchange implements ExchangeTap {
  readonly head: RequestHead;
  readonly route: Route;
  readonly client: Client;
  readonly estimates: EstimateRules;
  /** Unique among the exchanges of this run. */
  readonly id: string;
  readonly #host: ExchangeHost;
  readonly #request: ExchangeRequest;
  readonly capture: Capture | null;
  #responseBody: BodyReading | null = null;
  #response: ResponseReader | null = null;
  #readable = true;
  #isFinished = false;
  #ended: Ended = { unloads: false, contextWords: null };
  #status: number | null = null;
  #bytesOut = 0;
  /** The content that is already counted in the live throughput. */
  readonly arrivals = new Arrivals();

  constructor(id: string, head: RequestHead, route: Route, client: Client, host: ExchangeHost) {
    this.id = id;
    this.head = head;
    this.route = route;
    this.client = client;
    this.estimates = host.estimates;
    this.#host = host;
    this.capture = host.captures === null ? null : new Capture(host.captures, head.rawHeaders);
    const capture = (chunk: Buffer): void => this.capture?.request(chunk);
    this.#request = new ExchangeRequest(head, route, client, host, capture);
  }

  requestChunk(chunk: Buffer): void {
    this.#request.push(chunk);
  }

  requestEnd(): void {
    this.#host.onSent(this.route.inference ? this.facts.model : null, this.#host.monotonic());
  }

  response(status: number, rawHeaders: readonly string[]): void {
    this.#status = status;
    const facts = this.#request.read();
    const header = headerLookup(rawHeaders);
    this.#response = this.route.dialect.response(this.route, facts, { status, header });
    this.#responseBody = new BodyReading(header('content-encoding'), (chunk) => this.#read(chunk));
    this.capture?.responseHead(rawHeaders);
    if (this.route.inference && facts.model !== null && status < 300) {
      this.#host.onModel(facts.model);
    }
    this.#host.onChange();
  }

  responseChunk(chunk: Buffer): void {
    this.#bytesOut += chunk.length;
    this.#responseBody?.push(chunk);
  }

  /** Takes a whole message, if the answer consists of messages. */
  message({ value, bytes, excerpt }: AnswerMessage): void {
    this.#bytesOut += bytes;
    this.capture?.response(excerpt, bytes);
    this.#response?.message?.(value);
    this.#count();
  }

  /** Counts bytes that are no body. */
  addBytes(requestBytes: number, responseBytes: number): void {
    this.#request.bytes += requestBytes;
    this.#bytesOut += responseBytes;
  }

  /** If it could not be read, unknown counts stay unknown. */
  end(outcome: Outcome, isReadable = true): void {
    this.#readable = isReadable;
    const end = { outcome, endedAt: this.#host.monotonic(), completedAt: this.#host.now() };
    if (this.#request.isDirect && (this.#responseBody?.isDirect ?? true)) {
      this.#finish(end, 'whole');
      return;
    }
    this.#decoded()
      .then((answer) => this.#finish(end, answer))
      .catch((error: unknown) => {
        this.#host.onFailure(error);
        this.fail(outcome);
      });
  }

  abandon(passed: Passed): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    try {
      const finished = abandonedRecord({
        head: this.head,
        route: this.route,
        client: this.client,
        facts: this.facts,
        session: this.#request.session,
        passed,
        endedAt: this.#host.monotonic(),
        completedAt: this.#host.now(),
        firstContentAt: this.arrivals.firstAt,
        chunks: this.arrivals.chunks,
        usageSoFar: this.#usageSoFar,
      });
      this.#host.onFinished(finished);
    } finally {
      this.#host.onGone();
    }
  }

  /** The estimator for the exchange's model. */
  get estimator(): Estimator {
    return this.#host.estimator(this.facts.model);
  }

  /** The sizes that estimates use. Complete once the exchange has ended. */
  get sizes(): Sizes {
    return {
      requestBytes: this.#request.decodedBytes,
      characters: this.#response?.characters ?? null,
    };
  }

  /** The facts of the request so far. */
  get facts(): RequestFacts {
    return this.#request.facts;
  }

  /** What is known only once the exchange has ended. */
  get ended(): Ended {
    return this.#ended;
  }

  /** The exchange as shown while in flight. */
  live(): Omit<LiveExchange, 'countedModel' | 'progress'> {
    const { inputTokens, output } = this.#usageSoFar;
    const elapsed = this.#host.monotonic() - this.head.monotonicAt;
    const { session } = this.#request;
    return {
      id: this.id,
      startedAt: startOf(this.head, this.#host.now(), elapsed),
      upstream: this.head.upstream.name,
      api: this.route.api,
      operation: this.route.operation,
      endpoint: this.route.endpoint,
      model: this.facts.model,
      application: this.client.application,
      sessionId: session?.id ?? null,
      sessionSource: session?.source ?? null,
      phase: this.arrivals.firstAt === null ? 'waiting' : 'generating',
      inputTokens,
      outputTokensSoFar: output?.tokens ?? 0,
    };
  }

  get #usageSoFar(): UsageSoFar {
    return usageSoFar(this.#response, this.arrivals.chunks, () => this.estimator);
  }

  /** Waits for the decoding of both bodies. Returns how the answer could be decoded. */
  async #decoded(): Promise<DecodeOutcome> {
    const [request, answer = 'whole'] = await Promise.all([
      this.#request.decoded(),
      this.#responseBody?.end(),
    ]);
    this.#readable &&= request !== 'unreadable' && answer !== 'unreadable';
    return answer;
  }

  /** Ends the exchange in place of `end`, if its metering failed. */
  fail(outcome: Outcome): void {
    const [requestBytes, responseBytes] = [this.#request.bytes, this.#bytesOut];
    attempt(() => this.abandon({ outcome, status: this.#status, requestBytes, responseBytes }));
  }

  #read(chunk: Buffer): void {
    const response = this.#response;
    if (response === null) return;
    this.capture?.response(chunk);
    response.push(chunk);
    this.#count();
  }

  /** Counts the content that has come since the last call. */
  #count(): void {
    const response = this.#response;
    if (response === null) return;
    const now = this.#host.monotonic();
    if (this.arrivals.firstAt === null) this.#host.onPrompt(response.promptSoFar, now);
    const chunks = (response.contentChunks ?? 0) - this.arrivals.chunks;
    if (chunks <= 0) return;
    this.arrivals.add(chunks, now, response.hasVisibleText);
    this.#host.onContent(chunks, now);
  }

  #finish(end: Pick<Seen, 'outcome' | 'endedAt' | 'completedAt'>, answer: DecodeOutcome): void {
    this.#response?.end(end.outcome.kind === 'complete' && answer === 'whole');
    const facts = this.#request.read();
    const extraction = this.#response?.result() ?? null;
    this.#request.answered(extraction?.responseId ?? null);
    this.#ended = { unloads: facts.unloads, contextWords: extraction?.contextWords ?? null };
    const finished = record({
      head: this.head,
      route: this.route,
      serverKind: this.#host.serverKind(),
      client: this.client,
      facts,
      session: this.#request.session,
      extraction,
      contentChunks: this.#response?.contentChunks ?? null,
      characters: this.#response?.characters ?? 0,
      status: this.#status,
      ...end,
      readable: this.#readable,
      bytesIn: this.#request.bytes,
      requestBytes: this.#request.decodedBytes,
      bytesOut: this.#bytesOut,
      firstContentAt: this.arrivals.firstAt,
      lastContentAt: this.arrivals.lastAt,
      firstTextAt: this.arrivals.firstTextAt,
      gaps: this.arrivals.gaps,
      estimator: (model) => this.#host.estimator(model),
    });
    this.#isFinished = true;
    this.#host.onFinished(finished);
  }
}
