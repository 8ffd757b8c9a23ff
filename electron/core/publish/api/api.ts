import { Hono } from 'hono';
import type { CoreHandlers } from '../../../../shared/ipc.ts';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { SettingsFile } from '../../config/settings-file.ts';
import type { Log } from '../../log.ts';
import type { Models } from '../../models/models.ts';
import type { ModelRepository } from '../../models/repository.ts';
import type { AccessRules } from '../../proxy/access.ts';
import type { Recorder } from '../../recorder.ts';
import { activityRoutes } from './activity-routes.ts';
import { alertRoutes } from './alert-routes.ts';
import type { AlertRoutesOptions } from './alert-routes.ts';
import { chatRoutes } from './chat-routes.ts';
import { dashboardRoutes, pageFolder } from '../page/files.ts';
import { dashboardCalls } from '../page/calls.ts';
import { counterRoutes } from './counter-routes.ts';
import { described } from './describe.ts';
import type { EventHub } from '../events/hub.ts';
import { eventsRoutes } from '../events/routes.ts';
import { guard } from './guard.ts';
import type { Gate } from './guard.ts';
import { historyRoutes } from './history-routes.ts';
import { manageRoutes } from './manage-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { serveDocument } from './openapi.ts';
import { outletRoutes } from './outlet-routes.ts';
import type { OutletRoutesOptions } from './outlet-routes.ts';
import { problem, problemOf } from './problem.ts';
import type { Prometheus } from '../prometheus/prometheus.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import { stateRoutes } from './state-routes.ts';
import { statsRoutes } from './stats-routes.ts';
import { upstreamRoutes } from './upstream-routes.ts';
import { usageRoutes } from './usage-routes.ts';

/** What the API reads and changes; it computes nothing that another reader would need too. */
export interface ApiOptions {
  readonly version: string;
  readonly snapshot: () => Snapshot;
  readonly recorder: Recorder;
  readonly settings: SettingsFile;
  readonly prometheus: Prometheus;
  readonly events: EventHub;
  /** Answers to the calls of the web page. */
  readonly handlers: CoreHandlers;
  readonly alerts: AlertRoutesOptions;
  readonly outlets: OutletRoutesOptions;
  readonly models: Models;
  readonly repository: ModelRepository;
  readonly access: AccessRules;
  readonly gate: Gate;
  readonly log: Log;
}

/** The control API: JSON in snake_case, a problem body (RFC 9457) for every error. */
export function createApi(options: ApiOptions): Hono {
  const { snapshot, recorder, prometheus, events, handlers, access, gate, log } = options;
  const app = new Hono();
  app.use(guard(app, access, gate));
  const stats = () => recorder.stats;
  app.route('/api', stateRoutes(snapshot));
  app.route('/api', upstreamRoutes(snapshot, stats));
  app.route('/api', usageRoutes(snapshot, stats));
  app.route('/api', statsRoutes(snapshot, recorder));
  app.route('/api/activity', activityRoutes(recorder));
  app.route('/api', historyRoutes(recorder));
  app.route('/api', eventsRoutes(events, log));
  app.route('/api', chatRoutes(options));
  const libraryUrl = (): string => options.settings.current.libraryUrl;
  app.route('/api/ollama', modelRoutes({ models: options.models, libraryUrl, log }));
  app.route('/api/models/repository', repositoryRoutes(options));
  app.route('/api/bridge', dashboardCalls(handlers));
  app.route('/', dashboardRoutes(pageFolder()));
  app.route('/api', counterRoutes(recorder));
  app.route('/api', manageRoutes(recorder, log));
  app.route('/api', settingsRoutes(options.settings, gate.token, log));
  app.route('/api/alerts', alertRoutes(options.alerts, log));
  app.route('/api', outletRoutes(options.outlets));
  const metrics = described({
    tag: 'metrics',
    summary: 'Metrics in Prometheus’s text format',
    answer: { media: ['text/plain'], description: 'Metrics.' },
  });
  const text = { 'Content-Type': prometheus.contentType };
  app.get('/metrics', metrics, async (c) => c.body(await prometheus.scrape('standard'), 200, text));
  app.get('/api/metrics', metrics, async (c) => c.body(await prometheus.scrape('all'), 200, text));
  serveDocument(app, options.version);
  app.notFound((c) => {
    const message = `There is nothing at ${c.req.path}; /api/health is a good place to begin.`;
    return problem(c, 404, 'not_found', message);
  });
  app.onError((error, c) => {
    const known = problemOf(c, error);
    if (known !== null) return known;
    log.error({ error: String(error), path: c.req.path }, 'an API call failed');
    return problem(c, 500, 'internal', 'This call failed inside Tokwatt; its log says why.');
  });
  return app;
}
