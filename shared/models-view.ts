/** What the pages about models show. `null` means unknown; times are Unix milliseconds. */
import type { Sentence } from './sentences.ts';
import type { LoadedModel } from './slices.ts';

/** What a model is for. */
export type ModelPurpose = (typeof MODEL_PURPOSES)[number];
export const MODEL_PURPOSES = ['chat', 'embedding', 'rerank', 'image', 'audio'] as const;

/** A model at one upstream. */
export interface ModelPlace {
  readonly upstream: string;
  /** The model's name there. */
  readonly name: string;
  /** Whether the server lists it; null if the server has not answered. */
  readonly isInstalled: boolean | null;
  /** As the server reports it; null if it is not loaded or the server does not say. */
  readonly loaded: LoadedModel | null;
  /** Median speed there over the last 30 days, and from how many answers. */
  readonly outputTokensPerSecond: number | null;
  readonly speedSamples: number;
}

/** One model ever seen, as a row of the models page. */
export interface ModelRow {
  readonly name: string;
  readonly purpose: ModelPurpose | null;
  readonly places: readonly ModelPlace[];
  readonly isInstalled: boolean | null;
  readonly isLoaded: boolean;
  /** Of the place that knows most about it. */
  readonly sizeBytes: number | null;
  readonly quantization: string | null;
  readonly parameterSize: string | null;
  readonly family: string | null;
  readonly format: string | null;
  /** Longest context that the model was made for, tokens. */
  readonly contextMaximum: number | null;
  /** Since the first start; null for a model that was never used. */
  readonly requests: number | null;
  readonly errors: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly lastUsedAt: number | null;
  /** Medians over the last 30 days, without estimated speeds. */
  readonly outputTokensPerSecond: number | null;
  readonly speedSamples: number;
  readonly timeToFirstTokenMs: number | null;
  /** The median speed of each of the last 30 local days, today last; null without answers. */
  readonly dailyOutputTokensPerSecond: readonly (number | null)[];
  /**
   * Median speed of the last 7 days against that of the 23 days before, as a change: -0.2 is 20 %
   * slower. Null unless both have at least 5 answers.
   */
  readonly trend: number | null;
  /** Energy for 1,000 output tokens, watt hours; an estimate. */
  readonly wattHoursPerThousandTokens: number | null;
  readonly outputTokensPerJoule: number | null;
  /** From the user's list. */
  readonly isFavorite: boolean;
  readonly isDefault: boolean;
  readonly isPinned: boolean;
  readonly hasNotes: boolean;
}

/** Why a part of the answer may be old or missing. */
export interface ModelsNote {
  readonly upstream: string;
  /** What is wrong and what to do. */
  readonly message: string;
  readonly messageSentence: Sentence | null;
  /** When the server last listed its models; null if never. */
  readonly listedAt: number | null;
}

/**
 * Why a server cannot do something with models, as half a sentence that begins with "it"; null if
 * it can.
 */
export interface ModelLimits {
  readonly load: string | null;
  /** To set how long a model stays loaded. */
  readonly keepAlive: string | null;
  readonly unload: string | null;
  readonly copy: string | null;
  readonly remove: string | null;
  readonly pull: string | null;
}

export interface ModelManager {
  readonly upstream: string;
  readonly cannot: ModelLimits;
  readonly cannotSentences: { readonly [Action in keyof ModelLimits]: Sentence | null };
}

export interface ModelsOverview {
  /** Sorted by name. */
  readonly models: readonly ModelRow[];
  readonly notes: readonly ModelsNote[];
  /** What each upstream can do with models. */
  readonly managers: readonly ModelManager[];
}

/** A model and what it is ranked by. */
export interface RankedModel {
  readonly name: string;
  readonly value: number;
  /** How many answers, or output tokens, the value comes from. */
  readonly samples: number;
}

/** The best chat models of the servers on this machine, best first. */
export interface BestModels {
  /** Median output tokens per second over the last 30 days. */
  readonly bySpeed: readonly RankedModel[];
  /** Output tokens per joule, since the first start; estimates. */
  readonly byEnergy: readonly RankedModel[];
  /** Fewest answers and fewest output tokens with measured energy for a rank. */
  readonly minAnswers: number;
  readonly minTokens: number;
}

/** A value that a server tells about a model, as text. */
export interface ModelFact {
  readonly name: string;
  readonly value: string;
}

/** The parts of a model's architecture that decide how much memory its context takes. */
export interface ModelShape {
  readonly architecture: string | null;
  readonly layers: number | null;
  /** Key and value heads of all layers together. */
  readonly kvHeads: number | null;
  /** Elements of one key and of one value of a head. */
  readonly keyLength: number | null;
  readonly valueLength: number | null;
  readonly contextMaximum: number | null;
  /** Why memory cannot be estimated by heads and layers; null if it can. */
  readonly unusual: string | null;
  readonly unusualSentence: Sentence | null;
}

/** What one server tells about a model. */
export interface ModelDescription {
  readonly upstream: string;
  readonly purpose: ModelPurpose | null;
  /** Such as `completion`, `tools`, `vision`; null if the server does not say. */
  readonly capabilities: readonly string[] | null;
  /** The template of a conversation. */
  readonly template: string | null;
  readonly system: string | null;
  readonly license: string | null;
  /** With which parameters the model is launched or asked. */
  readonly parameters: readonly ModelFact[];
  /** Everything else, without lists. */
  readonly facts: readonly ModelFact[];
  readonly shape: ModelShape;
}

/**
 * Whether a model fits into the GPUs with its whole context. All of it is an estimate: the server
 * also needs buffers for computing, and may store the context in fewer bits.
 */
export interface ModelFit {
  /** The size on disk, bytes. */
  readonly weightsBytes: number;
  /** Of keys and values in 16 bits. */
  readonly bytesPerToken: number;
  readonly contextMaximum: number;
  readonly contextBytes: number;
  readonly neededBytes: number;
  /** Memory of the GPUs of this machine; null if unknown or for a server elsewhere. */
  readonly deviceBytes: number | null;
  readonly fits: boolean | null;
  /** The longest context that fits, at most the maximum; null if unknown. */
  readonly largestContext: number | null;
}

/** Loads of a model in a range. */
export interface ModelLoads {
  readonly from: number;
  readonly to: number;
  readonly loads: number;
  /** Of these, loads for which another model had to leave. */
  readonly swaps: number;
  /** How long requests waited for loads, milliseconds, as far as it is known; null if of none. */
  readonly waitedMs: number | null;
  /** The number of loads whose duration is known. */
  readonly timedLoads: number;
  /** The models that left for it, most often first. */
  readonly displaced: readonly { readonly model: string; readonly times: number }[];
  /** How often it left for others. */
  readonly timesDisplaced: number;
}

export interface ModelDetail {
  readonly model: ModelRow;
  readonly descriptions: readonly ModelDescription[];
  /** Rows of the same family and size with another quantisation, and of the same family. */
  readonly variants: readonly ModelRow[];
  /** Null if something that it needs is unknown; `fitNote` says what. */
  readonly fit: ModelFit | null;
  readonly fitNote: string | null;
  readonly fitNoteSentence: Sentence | null;
  readonly loads: ModelLoads;
  readonly notes: readonly ModelsNote[];
}
