import type { AlertState } from '../../../shared/alert-state.ts';

/**
 * The body of a message, in the form of Alertmanager's webhook (version 4), so that receivers made for
 * Alertmanager work. Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.
 */
export interface WebhookBody {
  readonly version: '4';
  readonly groupKey: string;
  /** Number of alerts that were left out. */
  readonly truncatedAlerts: number;
  /** `firing` if at least one alert fires. */
  readonly status: WebhookStatus;
  readonly receiver: 'tokwatt';
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly externalURL: '';
  readonly alerts: readonly WebhookAlert[];
}

export interface WebhookAlert {
  readonly status: WebhookStatus;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: '';
  /** Identifies one alert in all its messages. */
  readonly fingerprint: string;
}

type WebhookStatus = 'firing' | 'resolved';
type Labels = Readonly<Record<string, string>>;

/** Alertmanager's value for an end that is still open. */
const NOT_YET = '0001-01-01T00:00:00Z';

/** The body for alerts that began to fire or were resolved, at most `limit` of them. */
export function webhookBody(states: readonly AlertState[], limit: number): WebhookBody {
  const alerts = states.slice(0, limit).map(alertOf);
  return {
    version: '4',
    groupKey: 'tokwatt',
    truncatedAlerts: states.length - alerts.length,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: 'tokwatt',
    groupLabels: {},
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: '',
    alerts,
  };
}

function alertOf(state: AlertState): WebhookAlert {
  const { rule, figure, severity, by, subject } = state;
  const name: Labels = by === null || subject === null ? {} : { [by]: subject };
  const labels = { alertname: rule, figure, severity, ...name };
  const isOver = state.status === 'resolved';
  return {
    status: isOver ? 'resolved' : 'firing',
    labels,
    annotations: {
      summary: state.message,
      value: state.value === null ? 'unknown' : `${state.value}`,
      threshold: `${state.threshold}`,
    },
    startsAt: new Date(state.firedAt ?? state.since).toISOString(),
    endsAt: isOver ? new Date(state.since).toISOString() : NOT_YET,
    generatorURL: '',
    fingerprint: fingerprint(JSON.stringify([rule, by, subject])),
  };
}

function common(all: readonly Labels[]): Labels {
  const [first = {}, ...rest] = all;
  const shared = Object.entries(first).filter(([name, value]) =>
    rest.every((each) => each[name] === value),
  );
  return Object.fromEntries(shared);
}

/** FNV-1a, 64 bits. It must be stable; it need not be secret. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) {
    hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, '0');
}
