import semver from 'semver';
import * as v from 'valibot';
import type { UpdateSettings } from '../../../shared/reporter.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import { NO_UPDATE } from '../../../shared/slices.ts';
import type { UpdateState } from '../../../shared/slices.ts';
import { TokwattError, systemCode } from '../errors.ts';
import type { Log } from '../log.ts';

const TIMEOUT_MS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Wait after the start, which is busy enough without this check, milliseconds. */
const FIRST_CHECK_MS = 30_000;
const MAX_BYTES = 1024 * 1024;

/** A plain document, or a release in the form of common code hosts. */
const releaseSchema = v.union([
  v.pipe(
    v.object({ version: v.string(), url: v.optional(v.string()) }),
    v.transform(({ version, url }) => ({ version, url: url ?? null })),
  ),
  v.pipe(
    v.object({ tag_name: v.string(), html_url: v.optional(v.string()) }),
    v.transform((release) => ({ version: release.tag_name, url: release.html_url ?? null })),
  ),
]);

/** The settings of the check over any address, without those of the desktop's own updates. */
type CheckSettings = Pick<UpdateSettings, 'check' | 'url'>;

export interface UpdateCheckOptions {
  /** The running version. */
  readonly version: string;
  readonly log: Log;
  readonly onChange: () => void;
}

/**
 * Asks an address for the newest version: on demand, and once a day if the settings say so. It sends
 * a plain request without data, and installs nothing.
 */
export class UpdateCheck {
  readonly #options: UpdateCheckOptions;
  #settings: CheckSettings = { check: null, url: null };
  #state: UpdateState = NO_UPDATE;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: UpdateCheckOptions) {
    this.#options = options;
  }

  get state(): UpdateState {
    return this.#state;
  }

  /** Applies settings, at the start and on every change. */
  apply(settings: CheckSettings): void {
    const isSame = JSON.stringify(settings) === JSON.stringify(this.#settings);
    if (isSame && this.#timer !== null) return;
    this.stop();
    this.#settings = settings;
    if (settings.check !== true || settings.url === null) return;
    const due = (this.#state.checkedAt ?? -Infinity) + DAY_MS - Date.now();
    this.#schedule(Math.min(Math.max(FIRST_CHECK_MS, due), DAY_MS));
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /**
   * Asks now. Throws `no_update_address` (409) if no address is set and `update_check` (502) if there
   * is no usable answer.
   */
  async check(): Promise<UpdateState> {
    const { url } = this.#settings;
    if (url === null) {
      const message = sentence('update_no_address');
      throw new TokwattError('no_update_address', message, { status: 409 });
    }
    try {
      const release = await this.#ask(url);
      const isNewer = semver.gt(release.version, this.#options.version);
      this.#become({
        newer: isNewer ? release.version : null,
        url: isNewer ? release.url : null,
        message: null,
        messageSentence: null,
      });
      return this.#state;
    } catch (error) {
      const message = sentence('update_unknown', { reason: reasonOf(error) });
      this.#become({ message: inEnglish(message), messageSentence: message });
      throw new TokwattError('update_check', message, { status: 502, cause: error });
    }
  }

  #schedule(wait: number): void {
    this.#timer = setTimeout(() => {
      this.#schedule(DAY_MS);
      this.check().catch((error: unknown) => {
        this.#options.log.info({ error: String(error) }, 'the update check failed');
      });
    }, wait);
    this.#timer.unref();
  }

  async #ask(url: string): Promise<{ version: string; url: string | null }> {
    const answer = await fetch(url, {
      headers: { Accept: 'application/json', 'User-Agent': `Tokwatt/${this.#options.version}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`it answered ${answer.status}`);
    }
    const known = v.safeParse(releaseSchema, JSON.parse(await boundedText(answer)));
    const version = known.success ? semver.clean(known.output.version, { loose: true }) : null;
    if (!known.success || version === null) throw new Error('its answer names no version');
    return { version, url: pageOf(known.output.url) };
  }

  #become(change: Partial<UpdateState>): void {
    this.#state = { ...this.#state, checkedAt: Date.now(), ...change };
    this.#options.onChange();
  }
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = (answer.body as ReadableStream<Uint8Array> | null)?.getReader();
  for (;;) {
    const chunk = await reader?.read();
    if (chunk?.value === undefined) return Buffer.concat(chunks).toString('utf8');
    length += chunk.value.byteLength;
    if (length > MAX_BYTES) {
      await reader?.cancel();
      throw new Error('its answer is too long');
    }
    chunks.push(chunk.value);
  }
}

/** Accepts http and https addresses only, because the user may open it. */
function pageOf(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  if (error instanceof SyntaxError) return 'its answer is no JSON';
  return systemCode(error.cause) ?? error.message;
}
