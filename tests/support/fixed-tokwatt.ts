/** A real Tokwatt whose clock stands still, so that its answers are the same in every run. */
import { tokenOf } from './control-api.ts';
import { startHeadless } from './headless.ts';
import type { Headless } from './headless.ts';
import type { ApiSource } from './renderer-page.ts';

const CLOCK = new URL('fixed-clock.mjs', import.meta.url).href;

export interface FixedTokwatt {
  readonly tokwatt: Headless;
  /** For `startRendererPages`. */
  readonly source: ApiSource;
}

export interface FixedTokwattOptions {
  readonly dataDir: string;
  /** The address of the one upstream, which is called `ollama`. */
  readonly upstream: string;
  readonly timeZone: string;
}

/** Starts it at `now`, Unix milliseconds. */
export async function startFixedTokwatt(
  now: number,
  { dataDir, upstream, timeZone }: FixedTokwattOptions,
): Promise<FixedTokwatt> {
  const tokwatt = await startHeadless({
    args: ['--upstream', `ollama=${upstream}`, '--log-level', 'error'],
    dataDir,
    env: { NODE_OPTIONS: `--import=${CLOCK}`, FIXED_NOW_MS: String(now), TZ: timeZone },
  });
  return { tokwatt, source: { url: tokwatt.api, token: tokenOf(tokwatt) } };
}
