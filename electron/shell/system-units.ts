import {
  hoursOf,
  temperatureOf,
  unitsOfLocale,
  weekStartOf,
  weekdayAt,
} from '../../shared/units.ts';
import type { Units } from '../../shared/units.ts';

/** What the operating system tells about the user's units. */
export interface SystemHints {
  readonly platform: string;
  /** The environment. On Linux it names a locale for each purpose. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The locale of the system's formats (BCP 47), which may have another region than its language. */
  readonly locale: string;
  /** What the user chose on macOS apart from the region; null where nothing is chosen. */
  readonly macos: {
    readonly temperature: string | null;
    readonly force24Hours: boolean;
    readonly force12Hours: boolean;
    /** The first day of the week, from 1 for Sunday to 7. */
    readonly firstWeekday: number | null;
  } | null;
}

/** The units that the system tells, or that are usual in its region. */
export function systemUnits({ platform, env, locale, macos }: SystemHints): Units {
  if (platform === 'linux') {
    return {
      temperature: temperatureOf(posixLocale(env, 'LC_MEASUREMENT')),
      hours: hoursOf(posixLocale(env, 'LC_TIME')),
      weekStart: weekStartOf(posixLocale(env, 'LC_TIME')),
    };
  }
  const usual = unitsOfLocale(locale);
  if (macos === null) return usual;
  const chosen = macos.temperature?.toLowerCase();
  return {
    temperature: chosen === 'celsius' || chosen === 'fahrenheit' ? chosen : usual.temperature,
    hours: macos.force24Hours ? 'h23' : macos.force12Hours ? 'h12' : usual.hours,
    weekStart: macos.firstWeekday === null ? usual.weekStart : weekdayAt(macos.firstWeekday - 1),
  };
}

/** The language tag of a category, such as `en-US` of `en_US.UTF-8`; undefined for `C`, `POSIX` and none. */
function posixLocale(
  env: SystemHints['env'],
  category: 'LC_MEASUREMENT' | 'LC_TIME',
): string | undefined {
  // An empty variable counts as a missing one.
  const name = [env.LC_ALL, env[category], env.LANG].find((each) => (each ?? '') !== '') ?? '';
  const tag = name.replace(/[.@].*$/, '').replaceAll('_', '-');
  return ['', 'C', 'POSIX'].includes(tag) ? undefined : tag;
}
