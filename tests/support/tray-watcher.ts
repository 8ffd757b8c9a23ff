/**
 * The desktop's side of the tray. It owns `org.kde.StatusNotifierWatcher` on the session bus, so
 * that Electron registers its icon here, and reads icon, tooltip and menu like a panel.
 */
import { createHash } from 'node:crypto';
import { Message, MessageType, Variant, sessionBus } from 'dbus-next';
import type { MessageBus } from 'dbus-next';
import { vi } from 'vitest';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

export interface TrayMenuEntry {
  readonly id: number;
  /** The id of the submenu that it is in; 0 for the menu itself. */
  readonly parent: number;
  /** The visible label, without markers of access keys. */
  readonly label: string;
  readonly enabled: boolean;
  readonly separator: boolean;
}

/** A signal of the menu: its name and the ids of the entries that it is about. */
export interface MenuSignal {
  readonly member: 'LayoutUpdated' | 'ItemsPropertiesUpdated';
  readonly ids: readonly number[];
}

/** How a panel opens a menu: Plasma and LXQt, or GNOME's AppIndicator extension. */
export type PanelKind = 'qt' | 'gnome';

/** A tray icon that an application has registered. */
export interface TrayItem {
  /** The bus name of the application. */
  readonly owner: string;
  /** Title and text of the tooltip, in lines. */
  tooltip(): Promise<string>;
  /** All entries, those of submenus after the one that opens them. */
  menu(): Promise<TrayMenuEntry[]>;
  /** Opens the menu like a panel of this kind. Returns whether the application wants it read anew. */
  openMenu(kind: PanelKind): Promise<boolean>;
  closeMenu(): Promise<void>;
  /** The signals of the menu that came since the last call. */
  menuSignals(): readonly MenuSignal[];
  /** A digest of the icon's pixels. Equal pictures have equal digests. */
  icon(): Promise<string>;
  /** The icon's width in pixels; 0 if it has no picture. */
  iconSize(): Promise<number>;
  /** Clicks a menu entry by its label. Fails if there is none or if it is disabled. */
  choose(label: string): Promise<void>;
  /** A primary click on the icon. */
  activate(): Promise<void>;
}

export interface TrayWatcher {
  /** The latest icon of an application on the bus. Waits until there is one. */
  item(): Promise<TrayItem>;
  /** True while an application with an icon is on the bus. */
  hasItem(): boolean;
  /** How many times an application has registered an icon. */
  registrations(): number;
  /** Releases the name for a moment, like a panel that is started again. */
  restart(): Promise<void>;
  /** Releases the name. */
  close(): void;
}

/** Takes the watcher's name. Fails if a real desktop owns it, so these tests need their own bus. */
export async function watchTray(): Promise<TrayWatcher> {
  const bus = sessionBus();
  const items = new Map<string, string>();
  const signals: Signals = new Map();
  let registrations = 0;
  answerAsWatcher(bus, items, () => (registrations += 1));
  await follow(bus, items, signals);
  const reply = await bus.requestName(WATCHER, 4);
  if (reply !== 1) throw new Error(`${WATCHER} is taken: run under dbus-run-session`);
  return {
    async item() {
      const [owner, path] = await vi.waitFor(() => newest(items), { timeout: 20_000 });
      return trayItem(bus, { owner, path }, signals);
    },
    registrations: () => registrations,
    async restart() {
      items.clear();
      await bus.releaseName(WATCHER);
      await bus.requestName(WATCHER, 4);
    },
    hasItem: () => items.size > 0,
    close: () => bus.disconnect(),
  };
}

function newest(items: ReadonlyMap<string, string>): [owner: string, path: string] {
  const last = [...items].at(-1);
  if (last === undefined) throw new Error('no application has registered a tray icon');
  return last;
}

/** Handles registration, and the properties that applications read before it. */
function answerAsWatcher(
  bus: MessageBus,
  items: Map<string, string>,
  registered: () => void,
): void {
  bus.addMethodHandler((message: Message) => {
    if (message.interface === WATCHER && message.member === 'RegisterStatusNotifierItem') {
      const [word] = message.body as [string];
      // The argument is a bus name or, in older applications, an object path.
      const path = word.startsWith('/') ? word : '/StatusNotifierItem';
      if (typeof message.sender === 'string') items.set(message.sender, path);
      registered();
      bus.send(Message.newMethodReturn(message, '', []));
      return true;
    }
    if (message.interface !== PROPERTIES || message.member !== 'Get') return false;
    const values: Record<string, Variant> = {
      IsStatusNotifierHostRegistered: new Variant('b', true),
      ProtocolVersion: new Variant('i', 0),
      RegisteredStatusNotifierItems: new Variant('as', []),
    };
    const value = values[(message.body as [string, string])[1]];
    if (value === undefined) return false;
    bus.send(Message.newMethodReturn(message, 'v', [value]));
    return true;
  });
}

/** The signals of each application's menu that nobody has read yet. */
type Signals = Map<string, MenuSignal[]>;

/** Removes the icons of applications that leave the bus, and keeps the signals of menus. */
async function follow(
  bus: MessageBus,
  items: Map<string, string>,
  signals: Signals,
): Promise<void> {
  bus.on('message', (message: Message) => {
    if (message.type !== MessageType.SIGNAL) return;
    if (message.interface === MENU) noteSignal(message, signals);
    if (message.member !== 'NameOwnerChanged') return;
    const [name, , owner] = message.body as [string, string, string];
    if (owner === '') items.delete(name);
  });
  const dbus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
  const target = { ...dbus, interface: 'org.freedesktop.DBus', member: 'AddMatch' };
  const rules = [
    "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'",
    `type='signal',interface='${MENU}'`,
  ];
  for (const rule of rules) await call(bus, target, 's', [rule]);
}

function noteSignal({ sender, member, body }: Message, signals: Signals): void {
  const owner = sender;
  const ids =
    member === 'LayoutUpdated'
      ? [(body as [number, number])[1]]
      : (body as [[number, unknown][]])[0].map(([id]) => id);
  const signal = { member: member as MenuSignal['member'], ids };
  signals.set(owner, [...(signals.get(owner) ?? []), signal]);
}

function trayItem(
  bus: MessageBus,
  { owner, path }: { readonly owner: string; readonly path: string },
  signals: Signals,
): TrayItem {
  const item = { destination: owner, path };
  const read = async (property: string): Promise<unknown> => {
    const target = { ...item, interface: PROPERTIES, member: 'Get' };
    const [value] = await call(bus, target, 'ss', [ITEM, property]);
    return (value as Variant).value;
  };
  const menuTarget = async (member: string) => {
    return { destination: owner, path: String(await read('Menu')), interface: MENU, member };
  };
  const menu = async (): Promise<TrayMenuEntry[]> => {
    const args = [0, -1, []];
    const [, root] = await call(bus, await menuTarget('GetLayout'), 'iias', args);
    return entriesOf(root as Layout);
  };
  const tell = async (event: string): Promise<void> => {
    await call(bus, await menuTarget('Event'), 'isvu', [0, event, new Variant('s', ''), 0]);
  };
  const aboutToShow = async (): Promise<boolean> => {
    const [needsUpdate] = await call(bus, await menuTarget('AboutToShow'), 'i', [0]);
    return needsUpdate === true;
  };
  return {
    owner,
    async tooltip() {
      const [, , title, text] = (await read('ToolTip')) as [string, unknown, string, string];
      return [title, ...(text === '' ? [] : text.split('<br/>'))].join('\n');
    },
    async openMenu(kind) {
      // GNOME's extension tells first and asks then, and reads only some properties at first.
      if (kind === 'gnome') await tell('opened');
      const isNew = await aboutToShow();
      if (kind === 'qt') await tell('opened');
      const names = kind === 'gnome' ? ['type', 'children-display'] : [];
      await call(bus, await menuTarget('GetLayout'), 'iias', [0, -1, names]);
      return isNew;
    },
    closeMenu: () => tell('closed'),
    menuSignals() {
      const unread = signals.get(owner) ?? [];
      signals.delete(owner);
      return unread;
    },
    icon: async () => digest((await read('IconPixmap')) as Pixmap[]),
    iconSize: async () => ((await read('IconPixmap')) as Pixmap[])[0]?.[0] ?? 0,
    menu,
    async choose(label) {
      // If the menu was replaced between reading and clicking, its ids have changed. Real desktops
      // read it again too.
      for (let tries = 1; ; tries += 1) {
        const found = (await menu()).find((one) => one.label === label);
        if (found?.enabled !== true) throw new Error(`the tray's menu has no "${label}" to choose`);
        const args = [found.id, 'clicked', new Variant('s', ''), 0];
        try {
          await call(bus, await menuTarget('Event'), 'isvu', args);
          return;
        } catch (error) {
          if (tries === 3) throw error;
        }
      }
    },
    async activate() {
      await call(bus, { ...item, interface: ITEM, member: 'Activate' }, 'ii', [0, 0]);
    },
  };
}

/** dbusmenu's `(ia{sv}av)`: id, properties, children. */
type Layout = [number, Record<string, Variant>, Variant[]];

function entriesOf([parent, , children]: Layout): TrayMenuEntry[] {
  return children.flatMap(({ value }) => [
    entry(value as Layout, parent),
    ...entriesOf(value as Layout),
  ]);
}

function entry([id, properties]: Layout, parent: number): TrayMenuEntry {
  return {
    id,
    parent,
    // A single underscore marks the access key; two stand for one underscore.
    label: String(properties.label?.value ?? '').replace(/__|_/g, (mark) => mark.slice(1)),
    enabled: properties.enabled?.value !== false,
    separator: properties.type?.value === 'separator',
  };
}

/** `(iiay)`: width, height, ARGB bytes. */
type Pixmap = [number, number, Uint8Array];

function digest(pixmaps: readonly Pixmap[]): string {
  const hash = createHash('sha256');
  for (const [width, height, pixels] of pixmaps) {
    hash.update(`${width}x${height}`).update(pixels);
  }
  return hash.digest('hex');
}

interface Target {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
}

async function call(
  bus: MessageBus,
  target: Target,
  signature: string,
  body: unknown[],
): Promise<unknown[]> {
  const answer = await bus.call(new Message({ ...target, signature, body }));
  return (answer?.body ?? []) as unknown[];
}
