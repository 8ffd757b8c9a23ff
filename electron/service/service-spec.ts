import { TokwattError } from '../core/errors.ts';

/** Starts every generated file, so that no other file is ever removed. */
export const MARK = 'Written by "tokwatt service install"; "tokwatt service remove" deletes it.';

/** What a service runs. */
export interface ServiceSpec {
  /** Whole paths of Node and of the file that it runs. */
  readonly node: string;
  readonly script: string;
  /** The core's flags. */
  readonly args: readonly string[];
}

/** An address that the service manager listens on, for the core. */
export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/** The command line of a service. Throws a `usage` error for characters that no service file can hold. */
export function commandLine({ node, script, args }: ServiceSpec): string[] {
  const words = [node, script, ...args];
  for (const word of words) {
    // Control characters would start a new line of the file.
    if (/\p{Cc}/u.test(word)) {
      throw new TokwattError(
        'usage',
        `${JSON.stringify(word)} has control characters, which a service cannot be given; leave them out.`,
      );
    }
  }
  return words;
}
