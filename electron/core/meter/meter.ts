import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalModelName } from '../../../shared/model-names.ts';
import type { ActivityRecord, Client } from '../../../shared/usage.ts';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import { HOP_HEADER } from '../proxy/headers.ts';
import { logMeteringFailure } from '../proxy/metering-failure.ts';
import type { ExchangeTap, RequestHead, Tap } from '../proxy/tap.ts';
import { Calibration } from '../usage/calibration.ts';
import type { Route } from '../usage/extractor.ts';
import { routeRequest } from '../usage/registry.ts';
import { routeWebSocket } from '../usage/websocket-routes.ts';
import { attribute, isProbe } from './attribution.ts';
import { NO_ENERGY, beginEnergy, endEnergy } from './energy-work.ts';
import { capturedAnswerBytes } from './capture.ts';
import { Exchange } from './exchange.ts';
import { exchangeEnd, keptCapture } from './exchange-end.ts';
import type { ExchangeServices } from './exchange-host.ts';
import { headerLookup } from './header-lookup.ts';
import { liveExchanges } from './live-exchanges.ts';
import { LivePrompts } from './live-prompts.ts';
import type { MeterOptions } from './meter-options.ts';
import { withLoadOrQueue } from './model-state.ts';
import type { SeenRecord } from './record.ts';
import { hasSibling, newRunning, relayedHead, usesGpu } from './running.ts';
import type { Running } from './running.ts';
import { Sessions } from './sessions.ts';
import { settleThroughput } from './settle-throughput.ts';
import { WebSocketTap, asksForWebSocket } from './websocket-tap.ts';

const SETTLE_STEP_MS = 10;
/** Rows of earlier runs from which estimates are calibrated. */
const CALIBRATION_ROWS = 500;

/**
 * The tap that meters exchanges: opens one for each request, lists those in flight and passes on
 * finished records.
 */
export class Meter implements Tap {
  readonly #options: MeterOptions;
  readonly #inFlight = new Map<Exchange, Running>();
  /** Of all exchanges, including those of a connection that are not in flight. */
  readonly #running = new WeakMap<Exchange, Running>();
  readonly #prompts: LivePrompts;
  #opened = 0;
  readonly #calibration = new Calibration();
  readonly #sessions = new Sessions();
  /** While paused, new exchanges are ignored. Those in flight are still metered. */
  paused = false;

  constructor(options: MeterOptions) {
    this.#options = options;
    this.#prompts = new LivePrompts(options.throughput);
  }

  open(head: RequestHead): ExchangeTap | null {
    const header = headerLookup(head.rawHeaders);
    const isSocket = asksForWebSocket(head);
    if (this.paused && !isSocket) return null;
    const hop = this.#options.hops.judge(header(HOP_HEADER));
    if (hop === 'counted' || isProbe(header, head)) return null;
    const client = {
      ...attribute(header, head.remoteAddress, this.#options.salt),
      claimsHop: hop === 'claimed',
      process: this.#options.processOf(head.connection),
    };
    if (isSocket) return this.#openWebSocket(head, client);
    const exchange = this.#create(head, routeRequest(head.method, head.target), client);
    this.#admit(exchange);
    return exchange;
  }

  /** A connection may outlive a pause, so it is opened even while metering is paused. */
  #openWebSocket(head: RequestHead, client: Client): WebSocketTap {
    const { connection, messages } = routeWebSocket(head.target);
    const exchange = this.#create(head, connection, client);
    const isListed = this.#admit(exchange);
    return new WebSocketTap(isListed ? exchange : null, connection.endpoint, messages, {
      create: (route) => {
        const begun = { ...head, at: Date.now(), monotonicAt: performance.now() };
        return this.#create(begun, route, client, head);
      },
      admit: (one) => this.#admit(one),
      forget: (one) => {
        this.#forget(one);
        this.#options.onChange();
      },
      onFailure: (error) => logMeteringFailure(this.#options.log, error),
      captureBytes: () => capturedAnswerBytes(this.#options.settings().captures),
    });
  }

  #create(head: RequestHead, route: Route, client: Client, relayed = head): Exchange {
    this.#opened += 1;
    const id = `${head.at.toString(36)}-${this.#opened}`;
    const prompt = this.#prompts.begin(head, () => {
      const { model, state } = running;
      return { exchange, model, wasLoaded: state.wasLoaded };
    });
    const exchange: Exchange = new Exchange(id, head, route, client, {
      ...this.#host(head, () => running),
      onSent: (model, at) => {
        this.#noteModel(model, running);
        prompt.sent(at);
        running.energy?.work.sent(at);
        this.#options.onChange();
      },
      onFinished: (seen) => this.#finish(running, seen),
      onGone: () => this.#forget(exchange),
    });
    const running: Running = newRunning(exchange, prompt, relayed);
    this.#running.set(exchange, running);
    return exchange;
  }

  #host({ upstream }: RequestHead, running: () => Running): ExchangeServices {
    const { throughput, onChange } = this.#options;
    const { estimates, captures } = this.#options.settings();
    return {
      estimates,
      estimator: (model) =>
        this.#calibration.estimator(upstream.name, this.#counted(upstream.name, model), estimates),
      captures: captures.enabled ? captures : null,
      sessions: this.#sessions,
      monotonic: () => performance.now(),
      now: () => Date.now(),
      onPrompt: (progress, at) => {
        running().prompt.progress(progress, at);
        if (progress.processed !== null) onChange();
      },
      onContent: (chunks, at) => {
        const tokens = chunks * estimates.tokensPerOutputChunk;
        running().prompt.firstToken(at);
        running().energy?.work.content(tokens, at);
        throughput.add('output', tokens, at);
        onChange();
      },
      onChange,
      serverKind: () => this.#options.namingOf(upstream.name),
      onModel: (model) => this.#options.models().architecture(upstream, model, true),
      onFailure: (error) => logMeteringFailure(this.#options.log, error),
    };
  }

  /** Adds an exchange to those in flight. Returns false while metering is paused. */
  #admit(exchange: Exchange): boolean {
    const running = this.#running.get(exchange);
    if (this.paused || running === undefined) return false;
    const { energy, onChange, onCompleted } = this.#options;
    onChange();
    if (usesGpu(exchange)) running.energy = beginEnergy(energy, running, onCompleted);
    this.#inFlight.set(exchange, running);
    return true;
  }

  /** Forgets an exchange in flight, whether or not it has a row. */
  #forget(exchange: Exchange): void {
    this.#inFlight.delete(exchange);
    const { energy = null, watch = null } = this.#running.get(exchange) ?? {};
    watch?.stop();
    if (energy !== null) this.#options.energy.abandon(energy);
  }

  /** Notes the state of the model to which a request was just sent. */
  #noteModel(model: string | null, running: Running): void {
    const {
      route,
      head: { upstream },
    } = running.exchange;
    running.model = this.#counted(upstream.name, model);
    if (route.inference)
      running.watch ??= this.#options.watch?.(upstream.name, running.model) ?? null;
    if (model === null) return;
    const models = this.#options.models();
    running.state = {
      wasLoaded: models.isLoaded(upstream.name, model),
      wasBusy: hasSibling(running, this.#inFlight.values()),
    };
    // Queried now, so that it is known when the answer ends.
    models.architecture(upstream, model, false);
  }

  /** Inference exchanges in flight, oldest first. */
  inFlight(): LiveExchange[] {
    return liveExchanges(this.#inFlight.values(), {
      models: this.#options.models(),
      counted: (upstream, model) => this.#counted(upstream, model),
      now: performance.now(),
    });
  }

  /** The head under which the proxy knows an exchange; null if it is not in flight. */
  headOf(id: string): RequestHead | null {
    return relayedHead(id, this.#inFlight.values());
  }

  /** Counts the prompts in progress and the energy up to now. For about once a second. */
  advance(): void {
    const now = performance.now();
    this.#options.energy.advance(now);
    for (const { prompt } of this.#inFlight.values()) prompt.advance(now);
  }

  /** Calibrates estimates with rows of earlier runs. `newest` returns up to `count` of them, newest first. */
  calibrate(newest: (count: number) => readonly ActivityRecord[]): void {
    this.#calibration.learnFromRows([...newest(CALIBRATION_ROWS)].reverse());
  }

  /**
   * Waits, up to a limit, for records that are still being decoded, and completes all records. For
   * use at shutdown.
   */
  async settle(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (this.#inFlight.size > 0 && performance.now() < deadline) await sleep(SETTLE_STEP_MS);
    this.#options.energy.finish(performance.now());
  }

  #finish(running: Running, seen: SeenRecord): void {
    const { exchange, energy, prompt, state } = running;
    running.watch?.stop();
    this.#inFlight.delete(exchange);
    const { nextId, models, onRecord, processOf, settings } = this.#options;
    const hasEnergy = endEnergy(this.#options.energy, energy) && seen.inference;
    const end = exchangeEnd(running);
    const isKnown = seen.model !== null && seen.countedModel !== null;
    const isAnswered = seen.inference && seen.completed;
    const record: ActivityRecord = {
      id: nextId(),
      architecture: isKnown
        ? models().architecture(exchange.head.upstream, seen.model, isAnswered)
        : null,
      ...NO_ENERGY,
      ...seen,
      client: { ...seen.client, process: processOf(exchange.head.connection) },
      countedModel: this.#counted(seen.upstream, seen.countedModel),
      timing: withLoadOrQueue(seen, state),
    };
    if (hasEnergy) running.record = record;
    this.#calibration.learn(record, exchange.sizes);
    this.#prompts.learn(record);
    settleThroughput(this.#options.throughput, { exchange, prompt, record });
    const capture = keptCapture(running, record.error, settings().captures.enabled);
    onRecord(record, { ...end, capture, isComplete: !hasEnergy });
  }

  /** The name under which sums by model count an exchange. */
  #counted(upstream: string, model: string | null): string | null {
    return model === null ? null : canonicalModelName(this.#options.namingOf(upstream), model);
  }
}
