/** What the desktop does beside its window: the sections `notifications` and `desktop` of the settings. */
import * as v from 'valibot';
import { timeOfDay } from './week-times.ts';

const DAY_SECONDS = 86_400;

export const notificationsSchema = v.object({
  /** Show nothing between `quietFrom` and `quietTo`, in the time zone of this machine. */
  quietHours: v.optional(v.boolean(), false),
  quietFrom: v.optional(timeOfDay, '22:00'),
  /** Exclusive. If it is not after `quietFrom`, it is on the next day. */
  quietTo: v.optional(timeOfDay, '07:00'),
  /** Tell that an answer is finished that took at least `longAnswerSeconds`. */
  longAnswers: v.optional(v.boolean(), false),
  longAnswerSeconds: v.optional(
    v.pipe(v.number(), v.minValue(1), v.maxValue(DAY_SECONDS, 'must be at most a day')),
    60,
  ),
  /** Tell that a model was loaded that does not fit into GPU memory. */
  spilledModels: v.optional(v.boolean(), true),
});

export type NotificationSettings = v.InferOutput<typeof notificationsSchema>;

export const DEFAULT_NOTIFICATIONS: NotificationSettings = v.parse(notificationsSchema, {});

export const desktopSchema = v.object({
  /** Keep the system from sleeping while requests are in flight. */
  keepAwake: v.optional(v.boolean(), false),
});

export type DesktopSettings = v.InferOutput<typeof desktopSchema>;

export const DEFAULT_DESKTOP: DesktopSettings = v.parse(desktopSchema, {});
