import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { AuthPolicy } from './auth-policy.ts';

const TOKEN = 'the-token';
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };

/** An app with two real routes, one route that is missing in the table, and the page. */
function appOf(isPublic: boolean): Hono {
  const token = { matches: (given: string): boolean => given === TOKEN };
  const policy = new AuthPolicy({ token, isPublic });
  const app = new Hono();
  app.use(async (c, next) => policy.check(c, app) ?? (await next()));
  const api = new Hono();
  for (const path of ['/health', '/activity/:id{[0-9]+}/capture', '/forgotten', '/jobs/:name']) {
    api.get(path, (c) => c.text('told'));
  }
  api.post('/jobs', (c) => c.text('done'));
  app.route('/api', api);
  for (const path of ['/', '/assets/:file']) app.get(path, (c) => c.text('page'));
  return app;
}

async function statuses(app: Hono, paths: readonly string[], headers = {}): Promise<number[]> {
  const answers = paths.map(async (path) => {
    const [method = '', target = ''] = path.split(' ');
    return (await app.request(target, { method, headers })).status;
  });
  return Promise.all(answers);
}

const GUARDED = [
  'GET /api/activity/1/capture',
  'HEAD /api/activity/1/capture',
  'GET /api/forgotten',
  'POST /api/jobs',
  'POST /api/nothing',
];

describe('on loopback', () => {
  it('figures need no token; content, changes and routes missing in the table do', async () => {
    const free = ['GET /api/health', 'HEAD /api/health', 'GET /api/jobs/content', 'GET /'];
    expect(await statuses(appOf(false), free)).toEqual([200, 200, 200, 200]);
    expect(await statuses(appOf(false), GUARDED)).toEqual([401, 401, 401, 401, 401]);
    const given = await statuses(appOf(false), GUARDED, WITH_TOKEN);
    expect(given).toEqual([200, 200, 200, 200, 404]);
  });

  it('another spelling of a path does not bypass the table', async () => {
    const spelled = [
      'GET /api/%61ctivity/1/capture',
      'GET /api//activity/1/capture',
      'GET /api/health/../activity/1/capture',
      'GET /api/activity/1/capture?x=/api/health',
      'GET /api/activity/1/capture#/api/health',
    ];
    const given = await statuses(appOf(false), spelled);
    expect(given.every((status) => [401, 404].includes(status))).toBe(true);
  });

  it('an unknown path is not found, including files of the page', async () => {
    const gone = ['GET /api/nothing', 'GET /nothing', 'GET /api/activity/one/capture'];
    expect(await statuses(appOf(false), gone)).toEqual([404, 404, 404]);
  });
});

describe('with access from other machines', () => {
  it('only the page itself needs no token', async () => {
    const all = ['GET /api/health', 'GET /api/nothing', ...GUARDED];
    expect(new Set(await statuses(appOf(true), all))).toEqual(new Set([401]));
    expect(await statuses(appOf(true), ['GET /', 'GET /assets/index.js'])).toEqual([200, 200]);
    expect(await statuses(appOf(true), ['GET /api/health'], WITH_TOKEN)).toEqual([200]);
  });
});
