import { Hono } from 'hono';
import type { CoreHandlers } from '../../../shared/ipc.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { Costs } from '../cost/costs.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import type { Log } from '../log.ts';
import type { Insights } from '../insights/insights.ts';
import type { ChatExchanges } from '../models/chat-exchanges.ts';
import type { LoadLog } from '../models/load-log.ts';
import type { Models } from '../models/models.ts';
import type { ModelOverview } from '../models/overview.ts';
import type { PullList } from '../models/pull-list.ts';
import type { ModelRepository } from '../models/repository.ts';
import type { AccessRules } from '../proxy/access.ts';
import type { Recorder } from '../records/recorder.ts';
import type { ApiToken } from '../startup/api-token.ts';
import type { AuthPolicy } from './auth-policy.ts';
import { activityListRoutes } from './routes/activity-list-routes.ts';
import { activityRoutes } from './routes/activity-routes.ts';
import { alertRoutes } from './routes/alert-routes.ts';
import type { AlertRoutesOptions } from './routes/alert-routes.ts';
import { clientRoutes } from './routes/client-routes.ts';
import { energyDayRoutes } from './routes/energy-day-routes.ts';
import { gpuDeviceRoutes } from './routes/gpu-device-routes.ts';
import type { ClientLooks } from '../clients/client-looks.ts';
import { chatRoutes } from './routes/chat-routes.ts';
import { dashboardRoutes, pageFolder } from './page/page-files.ts';
import { dashboardCalls } from './page/call-routes.ts';
import { costRoutes } from './routes/cost-routes.ts';
import { counterRoutes } from './routes/counter-routes.ts';
import type { EventHub } from './events/event-hub.ts';
import { eventsRoutes } from './events/event-routes.ts';
import { guard } from './guard.ts';
import { idlePowerRoutes } from './routes/idle-power-routes.ts';
import { footprintRoutes } from './routes/footprint-routes.ts';
import type { Hardware } from '../hardware.ts';
import { energyRoutes } from './routes/energy-routes.ts';
import { historyPageRoutes } from './routes/history-page-routes.ts';
import { historyRoutes } from './routes/history-routes.ts';
import { insightRoutes } from './routes/insight-routes.ts';
import { hopRoutes } from './routes/hop-routes.ts';
import type { HopIdentity } from './routes/hop-routes.ts';
import { liveRoutes } from './routes/live-routes.ts';
import { manageRoutes } from './routes/data-routes.ts';
import { metricsRoutes } from './routes/metrics-routes.ts';
import { modelRoutes } from './routes/model-routes.ts';
import { serveDocument } from './openapi/openapi.ts';
import { exporterRoutes } from './routes/exporter-routes.ts';
import type { ExporterRoutesOptions } from './routes/exporter-routes.ts';
import { problem, problemOf } from './problem.ts';
import type { Prometheus } from '../exporters/prometheus/prometheus.ts';
import { overviewRoutes } from './routes/overview-routes.ts';
import { pullRoutes } from './routes/pull-routes.ts';
import { repositoryRoutes } from './routes/repository-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { settingsRoutes } from './routes/settings-routes.ts';
import { stateRoutes } from './routes/state-routes.ts';
import { statsRoutes } from './routes/stats-routes.ts';
import { takeoverRoutes } from './routes/takeover-routes.ts';
import type { Takeovers } from '../takeover/takeovers.ts';
import type { TestedUpstreams } from './routes/upstream-test-routes.ts';
import { upstreamTestRoutes } from './routes/upstream-test-routes.ts';
import { upstreamRoutes } from './routes/upstream-routes.ts';
import { usageRoutes } from './routes/usage-routes.ts';

/** The parts that know and change models. */
interface ApiModels {
  readonly models: Models;
  readonly repository: ModelRepository;
  readonly pulls: PullList;
  readonly chats: ChatExchanges;
  readonly loads: LoadLog;
  readonly overview: ModelOverview;
}

/**
 * The parts of the core that the API reads and changes. The API itself computes nothing that other
 * readers need.
 */
export interface ApiOptions {
  readonly version: string;
  readonly snapshot: () => Snapshot;
  readonly recorder: Recorder;
  readonly settings: SettingsStore;
  readonly prometheus: Prometheus;
  readonly events: EventHub;
  /** Handlers for the calls of the web page. */
  readonly handlers: CoreHandlers;
  readonly costs: Costs;
  readonly alerts: AlertRoutesOptions;
  readonly exporters: ExporterRoutesOptions;
  readonly models: ApiModels;
  readonly upstreams: TestedUpstreams & { readonly takeovers: Takeovers };
  readonly insights: Insights;
  readonly clients: ClientLooks;
  readonly hardware: Hardware;
  readonly hop: HopIdentity;
  readonly access: AccessRules;
  readonly token: ApiToken;
  readonly auth: AuthPolicy;
  readonly log: Log;
}

/** Creates the control API: JSON in snake_case, and an RFC 9457 problem body for every error. */
export function createApi(options: ApiOptions): Hono {
  const { snapshot, recorder, prometheus, events, handlers, access, token, auth, log } = options;
  const app = new Hono();
  app.use(guard(app, access, auth));
  const stats = () => recorder.stats;
  app.route('/api', stateRoutes(snapshot));
  app.route('/api/live', liveRoutes(handlers));
  app.route('/api', upstreamRoutes(snapshot, stats));
  app.route('/api', upstreamTestRoutes(snapshot, options.upstreams));
  app.route('/api/takeovers', takeoverRoutes(options.upstreams.takeovers));
  app.route('/api', usageRoutes(snapshot, stats));
  app.route('/api', statsRoutes(snapshot, recorder));
  app.route('/api/activity', activityListRoutes(recorder));
  app.route('/api/activity', activityRoutes(recorder, options));
  app.route('/api/sessions', sessionRoutes(recorder));
  app.route('/api', historyRoutes(recorder));
  app.route('/api', historyPageRoutes(recorder, { ...options, auth }));
  app.route('/api', energyRoutes(recorder));
  app.route('/api', energyDayRoutes(recorder, options.costs));
  const { ledger } = recorder;
  const { clients: looks, costs } = options;
  app.route('/api/clients', clientRoutes({ ledger, costs, looks, auth }));
  addHardware(app, options);
  app.route('/api', eventsRoutes({ events, auth, log }));
  addModels(app, options);
  app.route('/api/bridge', dashboardCalls(handlers));
  app.route('/', dashboardRoutes(pageFolder()));
  app.route('/api', costRoutes(options.costs, options.settings, log));
  app.route('/api', counterRoutes(recorder));
  app.route('/api', manageRoutes(recorder, log));
  app.route('/api', settingsRoutes(options.settings, token, log));
  app.route('/api', hopRoutes(options.hop));
  app.route('/api/alerts', alertRoutes(options.alerts, log));
  app.route('/api/insights', insightRoutes(options.insights));
  app.route('/api', exporterRoutes(options.exporters));
  app.route('/', metricsRoutes(prometheus));
  serveDocument(app, options.version);
  addFallbacks(app, log);
  return app;
}

function addHardware(app: Hono, { hardware }: ApiOptions): void {
  app.route('/api', footprintRoutes(hardware.footprint));
  app.route('/api', idlePowerRoutes(hardware.energy));
  app.route('/api', gpuDeviceRoutes(hardware));
}

function addModels(app: Hono, { models: parts, settings, snapshot, log }: ApiOptions): void {
  const { models, repository, pulls, chats, loads, overview } = parts;
  app.route('/api', chatRoutes({ models, chats, repository, log }));
  const libraryUrl = (): string => settings.current.libraryUrl;
  app.route('/api/ollama', modelRoutes({ models, libraryUrl, log }));
  app.route('/api/models/pulls', pullRoutes(pulls));
  app.route('/api/models', overviewRoutes({ overview, loads, snapshot }));
  app.route('/api/models/repository', repositoryRoutes({ repository, models, snapshot }));
}

/** Adds the answers to unknown paths and to errors. */
function addFallbacks(app: Hono, log: Log): void {
  app.notFound((c) => {
    const message = `There is no endpoint at ${c.req.path}; /api/openapi.json lists all of them.`;
    return problem(c, 404, 'not_found', message);
  });
  app.onError((error, c) => {
    const known = problemOf(c, error);
    if (known !== null) return known;
    log.error({ error: String(error), path: c.req.path }, 'an API call failed');
    return problem(c, 500, 'internal', sentence('call_failed'));
  });
}
