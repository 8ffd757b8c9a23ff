import { UPDATE_MODES } from '../../../shared/app-update.ts';
import {
  HOUR_CHOICES,
  LANGUAGES,
  TEMPERATURE_CHOICES,
  THEMES,
  WEEK_START_CHOICES,
} from '../../../shared/appearance.ts';
import { BUDGET_SCOPES, MEASURES, PERIODS } from '../../../shared/budget-settings.ts';
import { WALL_METER_KINDS } from '../../../shared/hardware-settings.ts';
import { MINI_FORMS } from '../../../shared/mini-monitor-settings.ts';
import { TRAY_ICONS } from '../../../shared/tray-settings.ts';
import type { SectionName } from './sections.ts';

/** The words of a unit that a value is shown in. */
export type UnitName =
  'bytes' | 'days' | 'kib' | 'mb' | 'minutes' | 'ms' | 'perKwh' | 'percent' | 'seconds';

/** How a value is edited. A nullable value is null while its field is empty. */
export type Control =
  | { readonly kind: 'toggle' }
  | { readonly kind: 'text' | 'address'; readonly nullable?: true; readonly isShort?: true }
  /** Never shown; empty leaves it as it is. */
  | { readonly kind: 'secret' }
  | {
      readonly kind: 'number';
      readonly nullable?: true;
      readonly unit?: UnitName;
      /** How much of the stored value is one of the unit. */
      readonly scale?: number;
    }
  /** `words` has the word of each option. */
  | { readonly kind: 'select'; readonly options: readonly string[]; readonly words?: string }
  | { readonly kind: 'texts' }
  | { readonly kind: 'percents' }
  /** Names with secret values. */
  | { readonly kind: 'secrets' }
  /** Rows of weekdays and times of day, with a price in each or without. */
  | { readonly kind: 'times'; readonly priced: boolean; readonly nullable?: true };

export type ControlKind = Control['kind'];

const toggle: Control = { kind: 'toggle' };
const text: Control = { kind: 'text' };
const address: Control = { kind: 'address' };
const secret: Control = { kind: 'secret' };
const secrets: Control = { kind: 'secrets' };
const texts: Control = { kind: 'texts' };
const number: Control = { kind: 'number' };
const days: Control = { kind: 'number', unit: 'days' };
const code: Control = { kind: 'text', nullable: true, isShort: true };
const optionalText: Control = { kind: 'text', nullable: true };
const optionalAddress: Control = { kind: 'address', nullable: true };
const optionalNumber: Control = { kind: 'number', nullable: true };
const share: Control = { kind: 'number', unit: 'percent', scale: 0.01 };
const seconds: Control = { kind: 'number', unit: 'seconds', scale: 1_000 };
const megabytes: Control = { kind: 'number', unit: 'mb', scale: 1_000_000 };
const price: Control = { kind: 'number', unit: 'perKwh' };

/**
 * All settings by their path, and the control of each. `*` stands for any item of a list. A test
 * compares the paths with the schema, so a setting cannot be forgotten.
 */
export const CONTROLS = {
  'upstreams.*.name': text,
  'upstreams.*.url': address,
  'upstreams.*.port': optionalNumber,
  'upstreams.*.apiKey': secret,
  'upstreams.*.exactUsage': toggle,
  'upstreams.*.injectKey': toggle,
  proxyPort: number,
  libraryUrl: address,
  'appearance.theme': { kind: 'select', options: THEMES, words: 'themes' },
  'appearance.language': { kind: 'select', options: LANGUAGES, words: 'languages' },
  'appearance.temperature': { kind: 'select', options: TEMPERATURE_CHOICES, words: 'temperatures' },
  'appearance.hours': { kind: 'select', options: HOUR_CHOICES, words: 'hours' },
  'appearance.weekStart': { kind: 'select', options: WEEK_START_CHOICES, words: 'weekStarts' },
  'tray.icon': { kind: 'select', options: TRAY_ICONS, words: 'trayIcons' },
  'tray.firstLine': text,
  'tray.secondLine': text,
  'miniMonitor.form': { kind: 'select', options: MINI_FORMS, words: 'miniForms' },
  'miniMonitor.onTop': toggle,
  'miniMonitor.opacity': { kind: 'number', unit: 'percent', scale: 0.01 },
  'miniMonitor.clickThrough': toggle,
  'shortcuts.window': text,
  'shortcuts.miniMonitor': text,
  'shortcuts.clickThrough': text,
  'captures.enabled': toggle,
  'captures.requestHeaders': toggle,
  'captures.requestBody': toggle,
  'captures.responseHeaders': toggle,
  'captures.responseBody': toggle,
  'captures.maxBodyBytes': { kind: 'number', unit: 'kib', scale: 1_024 },
  'captures.redactHeaders': texts,
  'captures.redactFields': texts,
  'clients.processes': toggle,
  'retention.activityDays': days,
  'retention.maxBytes': megabytes,
  'retention.seriesDays': days,
  'retention.rollupDays': days,
  'retention.gpuDays': days,
  'retention.captureDays': days,
  'retention.captureMaxBytes': megabytes,
  'cost.currency': code,
  'cost.tariff.price': { kind: 'number', unit: 'perKwh', nullable: true },
  'cost.tariff.times': { kind: 'times', priced: true, nullable: true },
  'cost.tariff.hourly.file': optionalText,
  'cost.tariff.hourly.url': optionalAddress,
  'cost.tariff.hourly.headers': secrets,
  'cost.tariff.hourly.per': { kind: 'select', options: ['kWh', 'MWh'] },
  'cost.tariff.hourly.timeField': text,
  'cost.tariff.hourly.priceField': text,
  'cost.tariff.hourly.surcharge': price,
  'cost.tariff.hourly.taxRate': share,
  'cost.solar.price': price,
  'cost.solar.share': share,
  'cost.solar.hours': { kind: 'times', priced: false },
  'cost.carbon.gramsPerKwh': optionalNumber,
  'cost.carbon.country': code,
  'cost.since': code,
  'cost.machinePrice': optionalNumber,
  'cost.usdRate': optionalNumber,
  'cost.prices.*.model': text,
  'cost.prices.*.input': number,
  'cost.prices.*.cachedInput': optionalNumber,
  'cost.prices.*.output': number,
  'cost.prices.*.reasoning': optionalNumber,
  'cost.prices.*.per': { kind: 'select', options: ['million', 'token'], words: 'per' },
  'cost.compare.*.model': text,
  'cost.compare.*.with': text,
  'budgets.*.name': text,
  'budgets.*.measure': { kind: 'select', options: MEASURES, words: 'measures' },
  'budgets.*.amount': number,
  'budgets.*.period': { kind: 'select', options: PERIODS, words: 'periods' },
  'budgets.*.scope': { kind: 'select', options: BUDGET_SCOPES, words: 'scopes' },
  'budgets.*.subject': optionalText,
  'budgets.*.warnAt': { kind: 'percents' },
  'budgets.*.hardStop': toggle,
  gpuIntervalMs: { kind: 'number', unit: 'ms' },
  'hardware.wallMeter.kind': { kind: 'select', options: WALL_METER_KINDS, words: 'meters' },
  'hardware.wallMeter.name': text,
  'hardware.wallMeter.address': address,
  'hardware.wallMeter.index': optionalNumber,
  'hardware.wallMeter.entity': optionalText,
  'hardware.wallMeter.energyEntity': optionalText,
  'hardware.wallMeter.path': optionalText,
  'hardware.wallMeter.unit': { kind: 'select', options: ['W', 'kW'] },
  'hardware.wallMeter.intervalMs': seconds,
  'hardware.wallMeter.token': secret,
  'estimates.bytesPerInputToken': number,
  'estimates.tokensPerOutputChunk': number,
  'alerts.notify': toggle,
  'notifications.spilledModels': toggle,
  'notifications.longAnswers': toggle,
  'notifications.longAnswerSeconds': { kind: 'number', unit: 'seconds' },
  'notifications.quietHours': toggle,
  'notifications.quietFrom': { kind: 'text', isShort: true },
  'notifications.quietTo': { kind: 'text', isShort: true },
  'desktop.keepAwake': toggle,
  'alerts.webhook.url': secret,
  'alerts.webhook.headers': secrets,
  'sinks.postgres.host': text,
  'sinks.postgres.port': number,
  'sinks.postgres.database': text,
  'sinks.postgres.schema': text,
  'sinks.postgres.username': text,
  'sinks.postgres.password': secret,
  'sinks.postgres.tls': toggle,
  'sinks.clickhouse.url': address,
  'sinks.clickhouse.database': text,
  'sinks.clickhouse.username': text,
  'sinks.clickhouse.password': secret,
  'otlp.url': optionalAddress,
  'otlp.headers': secrets,
  'otlp.intervalMs': seconds,
  'otlp.spans': toggle,
  'reporter.url': optionalAddress,
  'reporter.headers': secrets,
  'reporter.intervalMinutes': { kind: 'number', unit: 'minutes' },
  apiPort: number,
  bind: text,
  allowedHosts: texts,
  allowedOrigins: texts,
  trustedHops: secrets,
  'updates.mode': { kind: 'select', options: UPDATE_MODES, words: 'updateModes' },
  'updates.check': toggle,
  'updates.url': optionalAddress,
} as const satisfies Readonly<Record<string, Control>>;

export type SettingPath = keyof typeof CONTROLS;
export const SETTING_PATHS = Object.keys(CONTROLS) as SettingPath[];

const TARIFFS = ['cost.tariff.price', 'cost.tariff.times', 'cost.tariff.hourly'] as const;
const CARBON = ['cost.carbon.gramsPerKwh', 'cost.carbon.country'] as const;

/** The settings of which only one can be set. Setting one removes the others. */
export const ALTERNATIVES: readonly (readonly string[])[] = [TARIFFS, CARBON];

/** Settings without a control on this page, and why. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'alerts.rules': 'rules are edited as sentences on a page of their own',
};

/** Which section has the settings below a path. The longest path that fits counts. */
const SECTION_OF: Readonly<Record<string, SectionName>> = {
  upstreams: 'upstreams',
  proxyPort: 'upstreams',
  libraryUrl: 'upstreams',
  appearance: 'appearance',
  tray: 'appearance',
  miniMonitor: 'appearance',
  shortcuts: 'appearance',
  captures: 'captures',
  clients: 'captures',
  retention: 'retention',
  cost: 'cost',
  budgets: 'cost',
  gpuIntervalMs: 'hardware',
  hardware: 'hardware',
  estimates: 'hardware',
  alerts: 'alerts',
  notifications: 'notifications',
  desktop: 'appearance',
  sinks: 'exporters',
  otlp: 'exporters',
  reporter: 'exporters',
  updates: 'updates',
};

/** The section of a setting. */
export function sectionOf(path: SettingPath): SectionName {
  return SECTION_OF[path.split('.', 1)[0] ?? ''] ?? 'api';
}
