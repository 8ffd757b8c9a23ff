/** The notifications that the application shows, as the desktop gets them over the session bus. */
import { Message, sessionBus } from 'dbus-next';

const NAME = 'org.freedesktop.Notifications';
const PATH = '/org/freedesktop/Notifications';

export interface ShownNotification {
  readonly id: number;
  readonly title: string;
  readonly body: string;
}

export interface Notifications {
  readonly shown: ShownNotification[];
  click(id: number): void;
  close(): void;
}

/** The desktop's side of notifications: owns their name on the session bus, and clicks. */
export async function takeNotifications(): Promise<Notifications> {
  const bus = sessionBus();
  const shown: ShownNotification[] = [];
  bus.addMethodHandler((message: Message) => {
    if (message.interface !== NAME) return false;
    const answers: Record<string, () => [string, unknown[]]> = {
      GetServerInformation: () => ['ssss', ['test', 'test', '1', '1.2']],
      GetCapabilities: () => ['as', [['body', 'actions']]],
      CloseNotification: () => ['', []],
      Notify: () => {
        const [, , , title, body] = message.body as [string, number, string, string, string];
        shown.push({ id: shown.length + 1, title, body });
        return ['u', [shown.length]];
      },
    };
    const answer = answers[message.member];
    if (answer === undefined) return false;
    bus.send(Message.newMethodReturn(message, ...answer()));
    return true;
  });
  const reply = await bus.requestName(NAME, 4);
  if (reply !== 1) throw new Error(`${NAME} is taken: run under dbus-run-session`);
  return {
    shown,
    click: (id) => bus.send(Message.newSignal(PATH, NAME, 'ActionInvoked', 'us', [id, 'default'])),
    close: () => bus.disconnect(),
  };
}
