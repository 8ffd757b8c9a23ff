// @ts-check
/** A panel without a picture: it takes icons, so that a program with a tray needs no window. */
import { Message, Variant, sessionBus } from 'dbus-next';

const WATCHER = 'org.kde.StatusNotifierWatcher';

/** The properties that programs read before they register an icon. */
const PROPERTIES = {
  IsStatusNotifierHostRegistered: new Variant('b', true),
  ProtocolVersion: new Variant('i', 0),
  RegisteredStatusNotifierItems: new Variant('as', []),
};

/**
 * The answer to a call of a program with an icon; null for any other call.
 * @param {import('dbus-next').Message} message
 */
function answerTo(message) {
  const { path, member, body } = message;
  if (path !== '/StatusNotifierWatcher') return null;
  if (member === 'RegisterStatusNotifierItem') return Message.newMethodReturn(message, '', []);
  const name = String(/** @type {unknown[]} */ (body)[1]);
  if (member !== 'Get' || !Object.hasOwn(PROPERTIES, name)) return null;
  const value = /** @type {unknown} */ (Reflect.get(PROPERTIES, name));
  return Message.newMethodReturn(message, 'v', [value]);
}

/**
 * Owns the name of the tray's watcher on the session bus.
 * @returns {Promise<() => void>} releases it
 */
export async function startTrayHost() {
  const bus = sessionBus();
  bus.addMethodHandler((/** @type {import('dbus-next').Message} */ message) => {
    const answer = answerTo(message);
    if (answer !== null) bus.send(answer);
    return answer !== null;
  });
  await bus.requestName(WATCHER, 4);
  return () => bus.disconnect();
}
