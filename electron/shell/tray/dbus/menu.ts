import { Message, Variant } from '@jellybrick/dbus-next';
import { byKey, childrenOf } from '../entry.ts';
import type { TrayAction, TrayEntry } from '../entry.ts';
import { HeldMenu } from '../held-menu.ts';

export const MENU_INTERFACE = 'com.canonical.dbusmenu';
export const MENU_PATH = '/MenuBar';

/** The interface's version that libdbusmenu speaks. */
const VERSION = 3;
/** A host that tells that it opened the menu but not that it closed it is believed for so long. */
const LONGEST_OPEN_MS = 60_000;

type Properties = Record<string, Variant>;
/** `(ia{sv}av)`: id, properties, children. */
type Layout = [id: number, properties: Properties, children: Variant[]];
/** The answer to a call: its signature and values. */
export type Answer = readonly [signature: string, values: readonly unknown[]];

export interface MenuOptions {
  readonly send: (signal: Message) => void;
  readonly choose: (action: TrayAction) => void;
  /** The menu as it should be now, asked for when it is about to be shown. */
  readonly read: () => readonly TrayEntry[];
}

/**
 * The tray's menu as `com.canonical.dbusmenu`, which hosts of StatusNotifierItems read and draw. An
 * entry keeps its id as long as Tokwatt runs, so a host changes a text in place. New rows are told
 * by `LayoutUpdated`, only while the menu is closed.
 */
export class DbusMenu {
  readonly #options: MenuOptions;
  readonly #menu: HeldMenu;
  readonly #ids = new Map<string, number>();
  readonly #keys = new Map<number, string>();
  #revision = 1;
  #opener: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: MenuOptions) {
    this.#options = options;
    this.#menu = new HeldMenu(options.read());
  }

  /** Shows these entries, as far as the menu may change now. */
  update(entries: readonly TrayEntry[]): void {
    const before = byKey(this.#menu.shown);
    const change = this.#menu.offer(entries);
    if (change === 'structure') this.#tellLayout();
    if (change === 'texts') this.#tellTexts(before);
  }

  /** Takes a call of the interface; null for an unknown one. Throws for an entry that is gone. */
  answer({ member, body, sender }: Message): Answer | null {
    const [first, second, third] = body as [unknown, unknown, unknown];
    switch (member) {
      case 'GetLayout':
        return [
          'u(ia{sv}av)',
          [this.#revision, this.#layout(Number(first), Number(second), third as string[])],
        ];
      case 'GetGroupProperties':
        return ['a(ia{sv})', [this.#group(first as number[], second as string[])]];
      case 'GetProperty':
        return ['v', [this.#property(Number(first), String(second))]];
      case 'Event':
        this.#event(Number(first), String(second), sender);
        return ['', []];
      case 'EventGroup':
        return ['ai', [this.#events(first as [number, string][], sender)]];
      case 'AboutToShow':
        return ['b', [this.#aboutToShow(Number(first), sender)]];
      case 'AboutToShowGroup': {
        const ids = first as number[];
        return ['aiai', [ids.filter((id) => this.#aboutToShow(id, sender)), []]];
      }
      default:
        return null;
    }
  }

  /** The interface's own properties. */
  get properties(): Properties {
    return {
      Version: new Variant('u', VERSION),
      TextDirection: new Variant('s', 'ltr'),
      Status: new Variant('s', 'normal'),
      IconThemePath: new Variant('as', []),
    };
  }

  /** A program has left the bus; if it showed the menu, the menu is closed. */
  left(name: string): void {
    if (name === this.#opener) this.#close();
  }

  destroy(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #event(id: number, event: string, sender: string | null): void {
    if (event === 'opened' && id === 0) this.#open(sender);
    if (event === 'closed' && id === 0) this.#close();
    if (event !== 'clicked') return;
    const entry = this.#entry(id);
    // A click closes the menu. Not every host tells so.
    this.#close();
    if (entry?.kind === 'row') this.#options.choose(entry.action);
  }

  /** The ids that are not known. */
  #events(events: readonly [number, string][], sender: string | null): number[] {
    for (const [id, event] of events) {
      if (this.#knows(id)) this.#event(id, event, sender);
    }
    return events.map(([id]) => id).filter((id) => !this.#knows(id));
  }

  /** True if the host has to read the menu again. */
  #aboutToShow(id: number, sender: string | null): boolean {
    if (id !== 0) return false;
    const before = byKey(this.#menu.shown);
    // Nobody asks this about a menu that is open, so it was closed in between.
    const held = this.#menu.closed();
    const change = this.#menu.offer(this.#options.read());
    this.#open(sender);
    if (held === 'structure' || change === 'structure') {
      this.#revision += 1;
      return true;
    }
    if (change === 'texts') this.#tellTexts(before);
    return false;
  }

  #open(sender: string | null): void {
    this.#menu.opened();
    this.#opener = sender;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#close(), LONGEST_OPEN_MS).unref();
  }

  #close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#opener = null;
    if (this.#menu.closed() === 'structure') this.#tellLayout();
  }

  #tellLayout(): void {
    this.#revision += 1;
    this.#signal('LayoutUpdated', 'ui', [this.#revision, 0]);
  }

  #tellTexts(before: ReadonlyMap<string, TrayEntry>): void {
    const changed = [...byKey(this.#menu.shown).values()].filter((entry) => {
      const other = before.get(entry.key);
      return labelOf(entry) !== (other === undefined ? null : labelOf(other));
    });
    if (changed.length === 0) return;
    const items = changed.map((entry) => [
      this.#idOf(entry.key),
      { label: new Variant('s', escaped(labelOf(entry))) },
    ]);
    this.#signal('ItemsPropertiesUpdated', 'a(ia{sv})a(ias)', [items, []]);
  }

  #signal(member: string, signature: string, body: unknown[]): void {
    this.#options.send(Message.newSignal(MENU_PATH, MENU_INTERFACE, member, signature, body));
  }

  /** A negative depth is all of it. */
  #layout(id: number, depth: number, names: readonly string[]): Layout {
    const entries = id === 0 ? this.#menu.shown : childrenOf(this.#known(id));
    const children = depth === 0 ? [] : entries;
    return [
      id,
      this.#propertiesOf(id, names),
      children.map((entry) => {
        const child = this.#layout(this.#idOf(entry.key), depth - 1, names);
        return new Variant('(ia{sv}av)', child);
      }),
    ];
  }

  #group(ids: readonly number[], names: readonly string[]): [number, Properties][] {
    const wanted =
      ids.length > 0 ? ids : [...byKey(this.#menu.shown).keys()].map((key) => this.#idOf(key));
    return wanted
      .filter((id) => this.#knows(id))
      .map((id) => [id, this.#propertiesOf(id, names)] as [number, Properties]);
  }

  #property(id: number, name: string): Variant {
    const value = this.#propertiesOf(id, [name])[name];
    if (value === undefined) throw new Error(`entry ${id} has no ${name}`);
    return value;
  }

  /** Without names: all. */
  #propertiesOf(id: number, names: readonly string[]): Properties {
    const all = id === 0 ? submenu() : propertiesOf(this.#known(id));
    if (names.length === 0) return all;
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  }

  #knows(id: number): boolean {
    return id === 0 || this.#entry(id) !== undefined;
  }

  #known(id: number): TrayEntry {
    const entry = this.#entry(id);
    if (entry === undefined) throw new Error(`there is no entry ${id}`);
    return entry;
  }

  #entry(id: number): TrayEntry | undefined {
    const key = this.#keys.get(id);
    return key === undefined ? undefined : byKey(this.#menu.shown).get(key);
  }

  #idOf(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(key, id);
    this.#keys.set(id, key);
    return id;
  }
}

function propertiesOf(entry: TrayEntry): Properties {
  if (entry.kind === 'separator') return { type: new Variant('s', 'separator') };
  const label = new Variant('s', escaped(entry.label));
  return entry.kind === 'group' ? { label, ...submenu() } : { label };
}

function submenu(): Properties {
  return { 'children-display': new Variant('s', 'submenu') };
}

function labelOf(entry: TrayEntry): string {
  return entry.kind === 'separator' ? '' : entry.label;
}

/** A single underscore would mark an access key. */
function escaped(label: string): string {
  return label.replaceAll('_', '__');
}
