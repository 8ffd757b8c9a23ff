import type { Failure } from './failures.ts';

/** A call to a thread, with its input and output. Both members only carry types. */
export interface Call<Input, Output> {
  readonly input?: Input;
  readonly output?: Output;
}

export type Calls = Readonly<Record<string, Call<unknown, unknown>>>;
export type InputOf<C, K extends keyof C> = C[K] extends Call<infer Input, unknown> ? Input : never;
export type OutputOf<C, K extends keyof C> =
  C[K] extends Call<unknown, infer Output> ? Output : never;

/** Declares a call. Inputs and outputs are copied between threads, so they hold data only. */
export function call<Input, Output>(): Call<Input, Output> {
  return {};
}

export function callWithoutInput<Output>(): Call<void, Output> {
  return {};
}

export function callWithoutOutput<Input>(): Call<Input, void> {
  return {};
}

/**
 * A thread's handlers: one function for each call. `close` comes last; the thread ends after it.
 */
export type Handlers<C extends Calls> = {
  readonly [K in keyof C]: (input: InputOf<C, K>) => OutputOf<C, K> | Promise<OutputOf<C, K>>;
} & { readonly close: () => void };

/** The same calls as methods for another thread. */
export type Remote<C extends Calls> = {
  readonly [K in keyof C]: (input: InputOf<C, K>) => Promise<OutputOf<C, K>>;
};

/** Creates the methods of {@link Remote}. Each passes its name and input to `ask`. */
export function remote<C extends Calls>(
  calls: C,
  ask: <K extends keyof C & string>(name: K, input: InputOf<C, K>) => Promise<OutputOf<C, K>>,
): Remote<C> {
  const methods = Object.keys(calls).map((name) => [
    name,
    (input: InputOf<C, string>) => ask(name, input),
  ]);
  return Object.fromEntries(methods) as Remote<C>;
}

export interface RequestMessage {
  readonly call: number;
  /** The call's name, or `close`. */
  readonly op: string;
  readonly input: unknown;
}

export type ResponseMessage =
  | { readonly call: number; readonly output: unknown }
  | { readonly call: number; readonly failure: Failure };
