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
  /** The visible label, without markers of access keys. */
  readonly label: string;
  readonly enabled: boolean;
  readonly separator: boolean;
}

/** A tray icon that an application has registered. */
export interface TrayItem {
  /** The bus name of the application. */
  readonly owner: string;
  tooltip(): Promise<string>;
  menu(): Promise<TrayMenuEntry[]>;
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
  /** Releases the name. */
  close(): void;
}

/** Takes the watcher's name. Fails if a real desktop owns it, so these tests need their own bus. */
export async function watchTray(): Promise<TrayWatcher> {
  const bus = sessionBus();
  const items = new Map<string, string>();
  answerAsWatcher(bus, items);
  await follow(bus, items);
  const reply = await bus.requestName(WATCHER, 4);
  if (reply !== 1) throw new Error(`${WATCHER} is taken: run under dbus-run-session`);
  return {
    async item() {
      const [owner, path] = await vi.waitFor(() => newest(items), { timeout: 20_000 });
      return trayItem(bus, owner, path);
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
function answerAsWatcher(bus: MessageBus, items: Map<string, string>): void {
  bus.addMethodHandler((message: Message) => {
    if (message.interface === WATCHER && message.member === 'RegisterStatusNotifierItem') {
      const [word] = message.body as [string];
      // The argument is a bus name or, in older applications, an object path.
      const path = word.startsWith('/') ? word : '/StatusNotifierItem';
      if (typeof message.sender === 'string') items.set(message.sender, path);
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

/** Removes the icons of applications that leave the bus. */
async function follow(bus: MessageBus, items: Map<string, string>): Promise<void> {
  bus.on('message', (message: Message) => {
    if (message.type !== MessageType.SIGNAL || message.member !== 'NameOwnerChanged') return;
    const [name, , owner] = message.body as [string, string, string];
    if (owner === '') items.delete(name);
  });
  const rule = "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'";
  const dbus = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
  await call(bus, { ...dbus, interface: 'org.freedesktop.DBus', member: 'AddMatch' }, 's', [rule]);
}

function trayItem(bus: MessageBus, owner: string, path: string): TrayItem {
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
    return (root as Layout)[2].map(({ value }) => entry(value as Layout));
  };
  return {
    owner,
    tooltip: async () => ((await read('ToolTip')) as [string, unknown, string, string])[2],
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

function entry([id, properties]: Layout): TrayMenuEntry {
  return {
    id,
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
