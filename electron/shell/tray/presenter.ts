import type { AppUpdateState } from '../../../shared/app-update.ts';
import type { Delta, State } from '../../../shared/snapshot.ts';
import { followUses, problemsOf } from '../../../shared/problems.ts';
import type { UpstreamUses } from '../../../shared/problems.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import type { Log } from '../../core/log.ts';
import { createDbusHost } from './dbus/host.ts';
import { createElectronHost } from './electron-host.ts';
import type { TrayAction } from './entry.ts';
import type { TrayHost } from './look.ts';
import { trayModel } from './model.ts';
import type { TrayModel } from './model.ts';
import { picturesOf } from './pictures.ts';

/** Shortest time between two changes of the shown figures, milliseconds. */
const PACE_MS = 500;
/** How often the tray is looked at again for what time alone changes: a figure grows old, a problem ends. Milliseconds. */
const RECHECK_MS = 10_000;
/** Readings that the tray does not show come every two seconds, also while nothing else happens. */
const NOT_SHOWN: ReadonlySet<string> = new Set<keyof State>(['machine']);

export interface TrayOptions {
  readonly log: Log;
  readonly read: () => State;
  /** The language of the tray's words now. */
  readonly locale: () => Locale;
  readonly choose: (action: TrayAction) => void;
  /** What is known of updates; null if there are none. */
  readonly update: () => AppUpdateState | null;
  /** A primary click on the icon. */
  readonly activate: () => void;
}

export interface TrayPresenter {
  /** Call this with every delta. The state is read when it is time to show it. */
  changed(delta: Delta): void;
  /** Call this when what is known of updates has changed. */
  look(): void;
  destroy(): void;
}

/** Shows the tray and keeps it up to date. */
export async function createTray(options: TrayOptions): Promise<TrayPresenter> {
  const presenter = new Presenter(options);
  await presenter.open();
  return presenter;
}

class Presenter implements TrayPresenter {
  readonly #options: TrayOptions;
  #uses: UpstreamUses = {};
  #host: TrayHost | null = null;
  #shown: TrayModel;
  #pace: NodeJS.Timeout | null = null;
  #recheck: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: TrayOptions) {
    this.#options = options;
    this.#shown = this.#model();
  }

  async open(): Promise<void> {
    const { log, choose, activate } = this.#options;
    const { pictures, title } = picturesOf(
      this.#shown.face,
      linesOf(this.#shown),
      process.platform,
    );
    const look = {
      pictures,
      tooltip: this.#shown.tooltip,
      menu: () => this.#model().menu,
      choose,
      activate,
    };
    this.#host = await openHost({ ...look, log });
    this.#host.setTitle(title);
    if (this.#isClosed) this.#host.destroy();
    else this.#show();
  }

  changed({ changed }: Delta): void {
    if (Object.keys(changed).every((slice) => NOT_SHOWN.has(slice))) return;
    this.#uses = followUses(this.#uses, this.#options.read(), Date.now());
    // The result of a click on Pause is shown at once.
    if (changed.app !== undefined) this.#show();
    this.look();
  }

  look(): void {
    this.#pace ??= setTimeout(() => {
      this.#pace = null;
      this.#show();
    }, PACE_MS);
  }

  destroy(): void {
    this.#isClosed = true;
    if (this.#pace !== null) clearTimeout(this.#pace);
    if (this.#recheck !== null) clearTimeout(this.#recheck);
    this.#host?.destroy();
    this.#host = null;
  }

  #model(): TrayModel {
    const state = this.#options.read();
    const now = Date.now();
    this.#uses = followUses(this.#uses, state, now);
    const problems = problemsOf(state, this.#uses, now);
    const { locale, update } = this.#options;
    return trayModel({ state, problems, now, locale: locale(), update: update() });
  }

  #show(): void {
    if (this.#host === null) return;
    const model = this.#model();
    const before = this.#shown;
    this.#shown = model;
    if (differ([model.face, linesOf(model)], [before.face, linesOf(before)])) {
      const { pictures, title } = picturesOf(model.face, linesOf(model), process.platform);
      this.#host.setPictures(pictures);
      this.#host.setTitle(title);
    }
    if (model.tooltip !== before.tooltip) this.#host.setTooltip(model.tooltip);
    this.#host.setMenu(model.menu);
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#recheck ??= setTimeout(() => {
      this.#recheck = null;
      this.#show();
    }, RECHECK_MS).unref();
  }
}

/** Other desktops have no room beside the icon. */
function linesOf({ lines }: TrayModel): readonly string[] {
  return process.platform === 'darwin' ? lines : [];
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

type HostOptions = Parameters<typeof createDbusHost>[0];

/** Electron's own tray on Linux cannot change a menu without replacing it; see ARCHITECTURE.md. */
async function openHost(options: HostOptions): Promise<TrayHost> {
  if (process.platform !== 'linux') return createElectronHost(options);
  try {
    return await createDbusHost(options);
  } catch (error) {
    options.log.warn({ error: String(error) }, 'no tray over D-Bus; using that of Electron');
    return createElectronHost(options);
  }
}
