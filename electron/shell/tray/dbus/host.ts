import type { EventEmitter } from 'node:events';
import { Message, MessageType, sessionBus } from '@jellybrick/dbus-next';
import type { MessageBus, Variant } from '@jellybrick/dbus-next';
import type { Log } from '../../../core/log.ts';
import type { TrayAction, TrayEntry } from '../entry.ts';
import type { Picture } from '../../../../shared/tray-icon/lines.ts';
import type { TrayHost } from '../look.ts';
import { INTROSPECTION } from './introspection.ts';
import { DbusItem, ITEM_INTERFACE, ITEM_PATH } from './item.ts';
import { DbusMenu, MENU_INTERFACE, MENU_PATH } from './menu.ts';
import type { Answer } from './menu.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const DBUS = 'org.freedesktop.DBus';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/** The first look of the tray and what it does. */
export interface DbusHostOptions {
  readonly log: Log;
  readonly pictures: readonly Picture[];
  readonly tooltip: string;
  readonly menu: () => readonly TrayEntry[];
  readonly choose: (action: TrayAction) => void;
  readonly activate: () => void;
}

interface Parts {
  readonly item: DbusItem;
  readonly menu: DbusMenu;
}

/**
 * Shows the tray as a StatusNotifierItem on the session bus, and again after each restart of the
 * desktop's panel. Rejects without a bus.
 */
export async function createDbusHost(options: DbusHostOptions): Promise<TrayHost> {
  const bus = await connect();
  errorsOf(bus).on('error', (error: Error) => {
    options.log.warn({ error: error.message }, 'the connection of the tray failed');
  });
  const send = (signal: Message): void => bus.send(signal);
  const menu = new DbusMenu({ send, choose: options.choose, read: options.menu });
  const item = new DbusItem(
    { send, activate: options.activate },
    options.pictures,
    options.tooltip,
  );
  serve(bus, { item, menu });
  const register = async (): Promise<void> => {
    const call = { destination: WATCHER, path: '/StatusNotifierWatcher', interface: WATCHER };
    const message = { ...call, member: 'RegisterStatusNotifierItem', signature: 's' };
    await bus.call(new Message({ ...message, body: [bus.name ?? ITEM_PATH] }));
  };
  await followNames(bus, (name, owner) => {
    if (owner === '') menu.left(name);
    else if (name === WATCHER) register().catch(() => undefined);
  });
  await register();
  return {
    setPictures: (pictures) => item.setPictures(pictures),
    setTooltip: (tooltip) => item.setTooltip(tooltip),
    setTitle: () => undefined,
    setMenu: (entries) => menu.update(entries),
    destroy: () => {
      menu.destroy();
      bus.disconnect();
    },
  };
}

function connect(): Promise<MessageBus> {
  return new Promise((resolve, reject) => {
    const bus = sessionBus();
    bus.once('connect', () => resolve(bus));
    errorsOf(bus).once('error', reject);
  });
}

/** The library's types leave this event out. */
function errorsOf(bus: MessageBus): EventEmitter {
  return bus;
}

/** Answers the calls of hosts. */
function serve(bus: MessageBus, parts: Parts): void {
  bus.addMethodHandler((message: Message) => {
    try {
      const answer = answerOf(message, parts);
      if (answer === null) return false;
      const [signature, values] = answer;
      bus.send(Message.newMethodReturn(message, signature, [...values]));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      bus.send(Message.newError(message, 'org.freedesktop.DBus.Error.InvalidArgs', text));
    }
    return true;
  });
}

function answerOf(message: Message, { item, menu }: Parts): Answer | null {
  const { path, interface: name, member, body } = message;
  const target = path === ITEM_PATH ? item : path === MENU_PATH ? menu : null;
  if (target === null) return null;
  if (name === 'org.freedesktop.DBus.Introspectable') return ['s', [INTROSPECTION]];
  if (name === PROPERTIES) return propertyOf(member, body as string[], target.properties);
  const own = target === item ? ITEM_INTERFACE : MENU_INTERFACE;
  return name === own ? target.answer(message) : null;
}

function propertyOf(
  member: string,
  [, property = '']: readonly string[],
  properties: Readonly<Record<string, Variant>>,
): Answer | null {
  if (member === 'GetAll') return ['a{sv}', [properties]];
  const value = properties[property];
  if (member !== 'Get') return null;
  if (value === undefined) throw new Error(`there is no property ${property}`);
  return ['v', [value]];
}

/** Tells who gets and loses a name on the bus; an empty owner is nobody. */
async function followNames(
  bus: MessageBus,
  changed: (name: string, owner: string) => void,
): Promise<void> {
  bus.on('message', (message: Message) => {
    if (message.type !== MessageType.SIGNAL || message.member !== 'NameOwnerChanged') return;
    const [name, , owner] = message.body as [string, string, string];
    changed(name, owner);
  });
  const rule = `type='signal',sender='${DBUS}',member='NameOwnerChanged'`;
  const dbus = { destination: DBUS, path: '/org/freedesktop/DBus', interface: DBUS };
  await bus.call(new Message({ ...dbus, member: 'AddMatch', signature: 's', body: [rule] }));
}
