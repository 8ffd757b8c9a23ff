// @ts-check
/** A desktop's side of the tray: the name on the bus at which applications register their icon, and what it shows. */
import { Message, Variant, sessionBus } from 'dbus-next';

const watcher = 'org.kde.StatusNotifierWatcher';
const itemInterface = 'org.kde.StatusNotifierItem';
const menuInterface = 'com.canonical.dbusmenu';
const properties = 'org.freedesktop.DBus.Properties';

/**
 * @typedef {[number, Record<string, Variant | undefined>, Variant[]]} Layout
 * @typedef {{ id: number, label: string }} Entry
 */

/**
 * Takes the name on the session bus.
 * @returns {Promise<Tray>}
 */
export async function openTray() {
  const bus = sessionBus();
  const tray = new Tray(bus);
  await bus.requestName(watcher, 4);
  return tray;
}

export class Tray {
  /** @type {import('dbus-next').MessageBus} */
  #bus;
  /** The icon that was registered last. @type {{ destination: string, path: string } | null} */
  #item = null;

  /** @param {import('dbus-next').MessageBus} bus */
  constructor(bus) {
    this.#bus = bus;
    bus.addMethodHandler((/** @type {Message} */ message) => this.#answer(message));
  }

  /** @param {Message} message */
  #answer(message) {
    if (message.interface === watcher && message.member === 'RegisterStatusNotifierItem') {
      const [word] = /** @type {[string]} */ (message.body);
      const path = word.startsWith('/') ? word : '/StatusNotifierItem';
      this.#item = { destination: message.sender, path };
      this.#bus.send(Message.newMethodReturn(message, '', []));
      return true;
    }
    if (message.interface !== properties || message.member !== 'Get') return false;
    const [, name] = /** @type {[string, string]} */ (message.body);
    const isHost = name === 'IsStatusNotifierHostRegistered';
    const value = isHost ? new Variant('b', true) : new Variant('i', 0);
    this.#bus.send(Message.newMethodReturn(message, 'v', [value]));
    return true;
  }

  /** @returns {boolean} whether an application has registered an icon */
  get hasIcon() {
    return this.#item !== null;
  }

  /** @returns {Promise<number>} the width of its picture in pixels; 0 without one */
  async iconSize() {
    const pictures = /** @type {[number, number, Uint8Array][]} */ (await this.#read('IconPixmap'));
    return pictures[0]?.[0] ?? 0;
  }

  /** @returns {Promise<Entry[]>} the lines of its menu, without those of submenus */
  async menu() {
    const [, layout] = await this.#callMenu('GetLayout', 'iias', [0, 1, []]);
    const [, , children] = /** @type {Layout} */ (layout);
    return children.map(({ value }) => {
      const [id, { label }] = /** @type {Layout} */ (value);
      return { id, label: String(label?.value ?? '').replaceAll('_', '') };
    });
  }

  /** @param {string} label */
  async choose(label) {
    const found = (await this.menu()).find((entry) => entry.label === label);
    if (found === undefined) throw new Error(`the tray's menu has no ${label}`);
    await this.#callMenu('Event', 'isvu', [found.id, 'clicked', new Variant('s', ''), 0]);
  }

  close() {
    this.#bus.disconnect();
  }

  /** @param {string} name */
  async #read(name) {
    const [value] = await this.#call(properties, 'Get', 'ss', [itemInterface, name]);
    return /** @type {{ value: unknown }} */ (value).value;
  }

  /**
   * @param {string} member
   * @param {string} signature
   * @param {unknown[]} body
   */
  async #callMenu(member, signature, body) {
    const path = String(await this.#read('Menu'));
    return this.#call(menuInterface, member, signature, body, path);
  }

  /**
   * @param {string} name
   * @param {string} member
   * @param {string} signature
   * @param {unknown[]} body
   * @param {string} [path]
   * @returns {Promise<unknown[]>}
   */
  async #call(name, member, signature, body, path) {
    if (this.#item === null) throw new Error('no application has registered an icon');
    const target = { ...this.#item, ...(path !== undefined && { path }) };
    const answer = await this.#bus.call(
      new Message({ ...target, interface: name, member, signature, body }),
    );
    return /** @type {unknown[]} */ (answer?.body ?? []);
  }
}
