import { Notification, app, clipboard } from 'electron';
import { foreignName } from '../../../shared/foreign-name.ts';
import type { Locale } from '../../../shared/messages/messages.ts';
import { addressOf } from '../../../shared/page-address.ts';
import type { Core } from '../../core/core-contract.ts';
import { TokwattError } from '../../core/errors.ts';
import type { MiniMonitor } from '../mini/mini-monitor.ts';
import { sayIn } from '../sentences.ts';
import type { DesktopUpdates } from '../updates/desktop-updates.ts';
import type { TrayAction } from './entry.ts';
import { trayWords } from './words.ts';

const MINUTE_MS = 60_000;
/** `keep_alive` of a model that stays loaded. */
const FOR_EVER = -1;

export interface ActionNeeds {
  readonly core: Core;
  /** Starts a core in this desktop. Rejects with a TokwattError. */
  readonly startHere: () => Promise<void>;
  /** Opens the window, at an address such as `/models` or where it was left. */
  readonly open: (address: string | null) => void;
  readonly mini: Pick<MiniMonitor, 'toggle' | 'change'>;
  readonly locale: () => Locale;
  readonly updates: Pick<DesktopUpdates, 'act'>;
}

/** Does what a row of the tray's menu says. */
export function trayActions(needs: ActionNeeds): (action: TrayAction) => void {
  const { core, open } = needs;
  return (action) => {
    switch (action.kind) {
      case 'open':
        open(action.address);
        break;
      case 'pause':
        void told(needs, () => pause(core, action.minutes));
        break;
      case 'resume':
        void told(needs, () => core.handlers.setPaused(false));
        break;
      case 'startHere':
        void told(needs, needs.startHere);
        break;
      case 'mini':
        needs.mini.toggle('focused');
        break;
      case 'catchClicks':
        needs.mini.change({ clickThrough: false });
        break;
      case 'copy':
        void clipboard.writeText(action.text);
        break;
      case 'unload':
      case 'keep':
        void changeModel(needs, action);
        break;
      case 'checkUpdate':
        check(needs);
        break;
      case 'restartToUpdate':
        void needs.updates.act('restart');
        break;
      case 'quit':
        // Quitting removes the tray. A menu must not be destroyed inside its own click handler.
        setImmediate(() => app.quit());
    }
  };
}

/** The window shows what comes of it. */
function check({ open, updates }: ActionNeeds): void {
  open(addressOf('settings', 'about'));
  void updates.act('check');
}

function pause({ handlers }: Core, minutes: number | null): void | Promise<void> {
  return minutes === null ? handlers.setPaused(true) : handlers.pauseFor(minutes * MINUTE_MS);
}

/** Does something. A failure is shown as a notification, because no window may be open. */
async function told({ locale }: ActionNeeds, act: () => void | Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const said = error instanceof TokwattError ? error.said : null;
    const english = error instanceof Error ? error.message : String(error);
    showFailure(locale(), sayIn(locale(), said, english));
  }
}

function changeModel(
  needs: ActionNeeds,
  action: Extract<TrayAction, { readonly kind: 'unload' | 'keep' }>,
): Promise<void> {
  if (action.kind === 'unload') return change(needs, action, 'unload', null);
  return change(needs, action, 'load', { keep_alive: FOR_EVER });
}

/** Changes a model by the API. */
async function change(
  { core, locale }: ActionNeeds,
  { model, upstream }: { readonly model: string; readonly upstream: string },
  verb: string,
  body: object | null,
): Promise<void> {
  const path = `/api/models/${encodeURIComponent(model)}/${verb}`;
  const url = `http://127.0.0.1${path}?${new URLSearchParams({ upstream }).toString()}`;
  const json = { 'Content-Type': 'application/json' };
  const answer = await core.askApi(
    new Request(url, {
      method: 'POST',
      ...(body === null ? {} : { body: JSON.stringify(body), headers: json }),
    }),
  );
  if (answer.ok) return;
  const { detail } = (await answer.json().catch(() => ({}))) as { detail?: string };
  showFailure(locale(), detail ?? model);
}

function showFailure(locale: Locale, text: string): void {
  if (!Notification.isSupported()) return;
  new Notification({ title: trayWords(locale)('failed'), body: foreignName(text) }).show();
}
