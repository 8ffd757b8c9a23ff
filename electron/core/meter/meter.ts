import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalModelName } from '../../../shared/model-names.ts';
import type { ActivityRecord, Client, LiveExchange } from '../../../shared/usage.ts';
import type { EnergyMark, EnergyMeter } from '../hardware/energy.ts';
import type { Log } from '../log.ts';
import { isLoopback } from '../upstreams/known-ports.ts';
import { HOP_HEADER } from '../proxy/headers.ts';
import type { Hops } from '../proxy/hop.ts';
import { logMeteringFailure } from '../proxy/metering-failure.ts';
import type { ExchangeTap, RequestHead, Tap, Upstream } from '../proxy/tap.ts';
import { Calibration } from '../usage/calibration.ts';
import type { EstimateRules, Estimator } from '../usage/estimate.ts';
import type { Route } from '../usage/extractor.ts';
import { routeRequest } from '../usage/registry.ts';
import { routeWebSocket } from '../usage/websocket-routes.ts';
import type { CaptureContent } from './capture-content.ts';
import { attribute } from './attribution.ts';
import type { CaptureSettings } from './capture.ts';
import { Exchange } from './exchange.ts';
import { headerLookup } from './header-lookup.ts';
import type { SeenRecord } from './record.ts';
import type { ThroughputHistory } from './throughput.ts';
import { WebSocketTap, asksForWebSocket } from './websocket-tap.ts';

const SETTLE_STEP_MS = 10;
/** Rows of earlier runs from which estimates are calibrated. */
const CALIBRATION_ROWS = 500;

export interface MeterOptions {
  readonly throughput: ThroughputHistory;
  readonly energy: EnergyMeter;
  /** Read for each exchange. A running exchange keeps the values it began with. */
  readonly settings: () => {
    readonly estimates: EstimateRules;
    readonly captures: CaptureSettings;
  };
  /** Salt for the fingerprints of API keys. */
  readonly salt: string;
  /** Distinguishes requests that another Tokwatt has counted from those that only claim so. */
  readonly hops: Pick<Hops, 'judge'>;
  /** Ascending record ids. */
  readonly nextId: () => number;
  /**
   * The architecture of a model, or null if it is not known yet; it is then queried in the
   * background.
   */
  readonly architecture: (upstream: Upstream, model: string) => string | null;
  /** The kind of server by whose rules an upstream's models are named; null while it is unknown. */
  readonly namingOf: (upstream: string) => string | null;
  /**
   * Called with each finished record. `unloads` is true if its request makes the server unload the
   * model after the answer.
   */
  readonly onRecord: (
    record: ActivityRecord,
    capture: CaptureContent | null,
    unloads: boolean,
  ) => void;
  /** Called when an exchange in flight has changed. */
  readonly onChange: () => void;
  readonly log: Log;
}

/**
 * The tap that meters exchanges: opens one for each request, lists those in flight and passes on
 * finished records.
 */
export class Meter implements Tap {
  readonly #options: MeterOptions;
  /** Each exchange's position in the energy meter; null if it uses no GPU of this machine. */
  readonly #inFlight = new Map<Exchange, EnergyMark | null>();
  #opened = 0;
  readonly #calibration = new Calibration();
  /** While paused, new exchanges are ignored. Those in flight are still metered. */
  paused = false;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  open(head: RequestHead): ExchangeTap | null {
    const header = headerLookup(head.rawHeaders);
    const isSocket = asksForWebSocket(head);
    if (this.paused && !isSocket) return null;
    const hop = this.#options.hops.judge(header(HOP_HEADER));
    if (hop === 'counted') return null;
    const client = {
      ...attribute(header, head.remoteAddress, this.#options.salt),
      claimsHop: hop === 'claimed',
    };
    if (isSocket) return this.#openWebSocket(head, client);
    const exchange = this.#create(head, routeRequest(head.method, pathOf(head.target)), client);
    this.#admit(exchange);
    return exchange;
  }

  /** A connection may outlive a pause, so it is opened even while metering is paused. */
  #openWebSocket(head: RequestHead, client: Client): WebSocketTap {
    const { connection, messages } = routeWebSocket(pathOf(head.target));
    const exchange = this.#create(head, connection, client);
    const isListed = this.#admit(exchange);
    return new WebSocketTap(isListed ? exchange : null, connection.endpoint, messages, {
      create: (route) => {
        const begun = { ...head, at: Date.now(), monotonicAt: performance.now() };
        return this.#create(begun, route, client);
      },
      admit: (one) => this.#admit(one),
      forget: (one) => {
        this.#inFlight.delete(one);
        this.#options.onChange();
      },
      onFailure: (error) => logMeteringFailure(this.#options.log, error),
      captureBytes: () => {
        const { captures } = this.#options.settings();
        return captures.enabled && captures.responseBody ? captures.maxBodyBytes : 0;
      },
    });
  }

  #create(head: RequestHead, route: Route, client: Client): Exchange {
    const { throughput, onChange } = this.#options;
    const { estimates, captures } = this.#options.settings();
    this.#opened += 1;
    const id = `${head.at.toString(36)}-${this.#opened}`;
    const exchange: Exchange = new Exchange(id, head, route, client, {
      estimates,
      estimator: (model) => this.#estimator(head.upstream.name, model, estimates),
      captures: captures.enabled ? captures : null,
      monotonic: () => performance.now(),
      now: () => Date.now(),
      onContent: (chunks, at) => {
        throughput.add('output', chunks * estimates.tokensPerOutputChunk, at);
        onChange();
      },
      onChange,
      serverKind: () => this.#options.namingOf(head.upstream.name),
      // Queried when the answer begins, so that it is known when the answer ends.
      onModel: (model) => this.#options.architecture(head.upstream, model),
      onFinished: (seen) => this.#finish(exchange, seen),
      onGone: () => this.#inFlight.delete(exchange),
      onFailure: (error) => logMeteringFailure(this.#options.log, error),
    });
    return exchange;
  }

  #estimator(upstream: string, model: string | null, estimates: EstimateRules): Estimator {
    return this.#calibration.estimator(upstream, this.#counted(upstream, model), estimates);
  }

  /** Adds an exchange to those in flight. Returns false while metering is paused. */
  #admit(exchange: Exchange): boolean {
    if (this.paused) return false;
    const { head, route } = exchange;
    const usesGpu = route.inference && isLoopback(head.upstream.url.hostname);
    this.#options.onChange();
    this.#inFlight.set(exchange, usesGpu ? this.#options.energy.begin(head.monotonicAt) : null);
    return true;
  }

  /** Inference exchanges in flight, oldest first. */
  inFlight(): LiveExchange[] {
    return [...this.#inFlight.keys()]
      .filter((exchange) => exchange.route.inference)
      .map((exchange) => {
        const live = exchange.live();
        return { ...live, countedModel: this.#counted(live.upstream, live.model) };
      });
  }

  /** Calibrates estimates with rows of earlier runs. `newest` returns up to `count` of them, newest first. */
  calibrate(newest: (count: number) => readonly ActivityRecord[]): void {
    this.#calibration.learnFromRows([...newest(CALIBRATION_ROWS)].reverse());
  }

  /** Waits, up to a limit, for records that are still being decoded. For use at shutdown. */
  async settle(limitMs: number): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (this.#inFlight.size > 0 && performance.now() < deadline) await sleep(SETTLE_STEP_MS);
  }

  #finish(exchange: Exchange, seen: SeenRecord): void {
    const mark = this.#inFlight.get(exchange) ?? null;
    this.#inFlight.delete(exchange);
    const { nextId, architecture, onRecord, energy, settings } = this.#options;
    const joules = mark === null ? null : energy.end(mark, performance.now());
    const isKnown = seen.model !== null && seen.countedModel !== null;
    const record: ActivityRecord = {
      id: nextId(),
      architecture: isKnown ? architecture(exchange.head.upstream, seen.model) : null,
      energyJoules: seen.inference ? joules : null,
      ...seen,
      countedModel: this.#counted(seen.upstream, seen.countedModel),
    };
    this.#calibration.learn(record, exchange.sizes);
    this.#settleThroughput(exchange, record);
    // A capture is kept only if the exchange was read completely and captures are still on.
    const isKept = record.error !== 'metering_failed' && settings().captures.enabled;
    const capture = isKept ? (exchange.capture?.content() ?? null) : null;
    onRecord(record, capture, exchange.unloads);
  }

  /** The name under which sums by model count an exchange. */
  #counted(upstream: string, model: string | null): string | null {
    return model === null ? null : canonicalModelName(this.#options.namingOf(upstream), model);
  }

  /** Corrects the live throughput, which counted chunks, with the true token counts. */
  #settleThroughput(exchange: Exchange, { usage, timing }: ActivityRecord): void {
    const { throughput } = this.#options;
    const firstContent = exchange.arrivals.firstAt;
    const startedAt = exchange.head.monotonicAt;
    const endedAt = startedAt + timing.durationMs;
    const counted = exchange.arrivals.chunks * exchange.estimates.tokensPerOutputChunk;
    if (usage.outputTokens !== null) {
      const missing = usage.outputTokens - counted;
      throughput.spread('output', missing, firstContent ?? startedAt, endedAt);
    }
    if (usage.inputTokens !== null) {
      throughput.spread('input', usage.inputTokens, startedAt, firstContent ?? endedAt);
    }
  }
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
