import type { LiveExchange, LiveProgress } from '../../../shared/live-exchange.ts';
import type { MeteredModels } from './meter-options.ts';
import type { Running } from './running.ts';

/** Fewest content chunks and shortest time for a speed, as for the speed of a row. */
const MIN_CHUNKS = 4;
const MIN_SPAN_MS = 20;

export interface LiveContext {
  readonly models: MeteredModels;
  /** The name under which sums by model count an exchange. */
  readonly counted: (upstream: string, model: string | null) => string | null;
  /** Monotonic milliseconds. */
  readonly now: number;
}

/** The inference exchanges in flight, oldest first, with how far they are. */
export function liveExchanges(inFlight: Iterable<Running>, context: LiveContext): LiveExchange[] {
  const models = new Set<string>();
  const queues = new Map<string, number>();
  const all: LiveExchange[] = [];
  for (const running of inFlight) {
    const { exchange } = running;
    if (!exchange.route.inference) continue;
    const live = exchange.live();
    const { upstream, model } = live;
    const key = `${upstream}\n${running.model ?? ''}`;
    noteStage(running, models.has(key), context);
    models.add(key);
    let queuePlace: number | null = null;
    if (running.stages.stage === 'queued') {
      queuePlace = (queues.get(upstream) ?? 0) + 1;
      queues.set(upstream, queuePlace);
    }
    all.push({
      ...live,
      countedModel: context.counted(upstream, model),
      progress: { ...progressOf(running, live, context), queuePlace },
    });
  }
  return all;
}

function noteStage(running: Running, isBehind: boolean, { models, now }: LiveContext): void {
  const { exchange, prompt, stages, model } = running;
  if (stages.stage === 'decode') return;
  const { name } = exchange.head.upstream;
  const listed = model === null ? null : (models.loaded(name, model)?.state ?? null);
  const isListed = model === null ? null : models.isLoaded(name, model);
  stages.note(
    {
      firstContentAt: exchange.arrivals.firstAt,
      ...{ reportedAt: prompt.reportedAt, sentAt: prompt.sentAt },
      listed,
      isMissing: isListed === false && listed === null,
      isBehind,
      hasUsualRate: prompt.usualRate !== null,
    },
    now,
  );
}

function progressOf(
  { exchange, prompt, stages, model }: Running,
  {
    startedAt,
    upstream,
    inputTokens,
    outputTokensSoFar,
  }: Pick<LiveExchange, 'startedAt' | 'upstream' | 'inputTokens' | 'outputTokensSoFar'>,
  { models, now }: LiveContext,
): Omit<LiveProgress, 'queuePlace'> {
  const { stage } = stages;
  const input = inputTokens ?? prompt.estimatedTokens;
  const since = startedAt - exchange.head.monotonicAt;
  return {
    stage,
    isStageEstimated: stages.isEstimated,
    stages: stages.all.map((each) => ({
      stage: each.stage,
      startedAt: Math.round(since + each.at),
    })),
    prefill: stage === 'prefill' ? prompt.view(now) : null,
    outputTokensPerSecond: outputSpeed(exchange.arrivals, outputTokensSoFar),
    contextTokens: input === null ? null : Math.round(input) + outputTokensSoFar,
    contextLength: model === null ? null : (models.loaded(upstream, model)?.contextLength ?? null),
  };
}

/** The tokens that came after the first chunk, a second. */
function outputSpeed(
  { chunks, firstAt, lastAt }: Running['exchange']['arrivals'],
  tokens: number,
): number | null {
  const spanMs = firstAt === null || lastAt === null ? 0 : lastAt - firstAt;
  if (chunks < MIN_CHUNKS || spanMs < MIN_SPAN_MS) return null;
  return (tokens * (chunks - 1) * 1_000) / chunks / spanMs;
}
