import { Menu, Notification, screen } from 'electron';
import type { BrowserWindow } from 'electron';
import type { Locale } from '../../../shared/messages/messages.ts';
import type { MiniMonitorSettings } from '../../../shared/mini-monitor-settings.ts';
import type { Delta, State } from '../../../shared/snapshot.ts';
import type { Core } from '../../core/core-contract.ts';
import type { Log } from '../../core/log.ts';
import { createDeltaFilter } from '../delta-filter.ts';
import { sendEvent } from '../ipc.ts';
import { joinDeltas } from '../joined-deltas.ts';
import type { Bounds } from '../window-bounds.ts';
import { miniMenu } from './menu.ts';
import { loadMini, saveMini } from './saved-place.ts';
import { applyMiniSettings, fitMiniWindow, openMiniWindow } from './window.ts';
import { miniWords } from './words.ts';

/** The page is drawn at most once a second. */
const EVERY_MS = 1_000;
/** A window that is dragged moves many times a second; its place is saved when it rests. */
const REST_MS = 500;
/** What the page shows. */
const SLICES = [
  ...(['app', 'throughput', 'inFlight', 'gpu', 'loadedModels', 'upstreams'] as const),
  'attachment',
] as const;

export interface MiniMonitorOptions {
  readonly core: Core;
  readonly log: Log;
  readonly read: () => State;
  readonly locale: () => Locale;
  /** The page's address. */
  readonly url: string;
  readonly preload: string;
  readonly icon: string;
  /** The file that keeps the place and whether it was open. */
  readonly file: string;
  readonly openWindow: () => void;
}

/** With the keyboard's focus, or beside what one is doing. */
export type Focus = 'focused' | 'inactive';

/** The mini monitor: a small window of its own, which exists only while it is shown. */
export interface MiniMonitor {
  readonly current: BrowserWindow | null;
  show(focus: Focus): void;
  hide(): void;
  toggle(focus: Focus): void;
  /** Shows it if it was open when Tokwatt ended. */
  restore(): void;
  /** Changes its settings. A failure is shown as a notification. */
  change(patch: Partial<MiniMonitorSettings>): void;
  /** Lets clicks through, or catches them again. */
  toggleClickThrough(): void;
  openMenu(): void;
  /** Call this with every delta. The state is read anew. */
  changed(delta: Delta): void;
  /** Ends it for this run. It is opened again at the next start. */
  close(): void;
}

/** Creates the mini monitor without opening it. */
export function createMiniMonitor(options: MiniMonitorOptions): MiniMonitor {
  return new Mini(options);
}

class Mini implements MiniMonitor {
  readonly #options: MiniMonitorOptions;
  readonly #deltas;
  readonly #filter;
  #window: BrowserWindow | null = null;
  #place: Bounds | null;
  #wasOpen: boolean;
  #resting: NodeJS.Timeout | null = null;
  #isEnding = false;

  constructor(options: MiniMonitorOptions) {
    this.#options = options;
    const saved = loadMini(options.file);
    this.#place = saved;
    this.#wasOpen = saved?.isOpen ?? false;
    this.#filter = createDeltaFilter({
      isVisible: () => this.#window?.isVisible() ?? false,
      send: (delta) => {
        if (this.#window !== null) sendEvent(this.#window.webContents, 'delta', delta);
      },
    });
    this.#deltas = joinDeltas({
      slices: SLICES,
      everyMs: EVERY_MS,
      send: (delta) => this.#filter.offer(delta),
    });
    // A screen that is gone or smaller would leave the window out of reach.
    for (const event of ['display-removed', 'display-metrics-changed'] as const) {
      screen.on(event as 'display-removed', () => this.#fit());
    }
  }

  get current(): BrowserWindow | null {
    return this.#window;
  }

  show(focus: Focus): void {
    if (this.#window === null) this.#open(focus);
    else if (focus === 'focused') this.#window.show();
    else this.#window.showInactive();
  }

  hide(): void {
    this.#window?.close();
  }

  toggle(focus: Focus): void {
    if (this.#window === null) this.show(focus);
    else this.hide();
  }

  restore(): void {
    if (this.#wasOpen) this.show('inactive');
  }

  change(patch: Partial<MiniMonitorSettings>): void {
    const { core, locale, log } = this.#options;
    Promise.resolve(core.handlers.updateSettings({ miniMonitor: patch })).catch(
      (error: unknown) => {
        log.warn({ err: error }, 'a setting of the mini monitor could not be saved');
        if (!Notification.isSupported()) return;
        const body = error instanceof Error ? error.message : String(error);
        new Notification({ title: miniWords(locale())('failed'), body }).show();
      },
    );
  }

  toggleClickThrough(): void {
    this.change({ clickThrough: !this.#settings.clickThrough });
  }

  openMenu(): void {
    if (this.#window === null) return;
    const { locale, openWindow } = this.#options;
    const actions = {
      change: (patch: Partial<MiniMonitorSettings>) => this.change(patch),
      openWindow,
      close: () => this.hide(),
    };
    const template = miniMenu(this.#settings, miniWords(locale()), actions, process.platform);
    Menu.buildFromTemplate(template).popup({ window: this.#window });
  }

  changed(delta: Delta): void {
    if (this.#window === null) return;
    this.#deltas.offer(delta);
    if (delta.changed.app !== undefined) applyMiniSettings(this.#window, this.#settings);
    if (delta.changed.app !== undefined || delta.changed.loadedModels !== undefined) this.#fit();
  }

  close(): void {
    this.#isEnding = true;
    this.#save();
    this.#window?.destroy();
  }

  get #settings(): MiniMonitorSettings {
    return this.#options.read().app.miniMonitor;
  }

  #open(focus: Focus): void {
    const { read, url, preload, icon, locale, log } = this.#options;
    const window = openMiniWindow({
      ...{ url, preload, icon, log, settings: this.#settings, saved: this.#place },
      title: `${miniWords(locale())('title')} – Tokwatt`,
      models: read().loadedModels.length,
      openMenu: () => this.openMenu(),
      onVisible: () => this.#filter.opened(),
    });
    this.#window = window;
    window.once('ready-to-show', () => {
      if (focus === 'focused' && !this.#settings.clickThrough) window.show();
      else window.showInactive();
    });
    window.on('move', () => this.#moved(window));
    window.on('closed', () => this.#closed());
    this.#save();
  }

  #fit(): void {
    if (this.#window === null) return;
    fitMiniWindow(this.#window, this.#settings, this.#options.read().loadedModels.length);
  }

  #moved(window: BrowserWindow): void {
    this.#place = window.getBounds();
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#save(), REST_MS);
  }

  #closed(): void {
    this.#window = null;
    this.#deltas.clear();
    if (!this.#isEnding) this.#save();
  }

  #save(): void {
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = null;
    const bounds = this.#window === null ? this.#place : this.#window.getBounds();
    if (bounds === null) return;
    this.#place = bounds;
    const { x, y, width, height } = bounds;
    saveMini(this.#options.file, { x, y, width, height, isOpen: this.#window !== null });
  }
}
