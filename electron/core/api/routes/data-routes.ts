import { isAbsolute } from 'node:path';
import { Hono } from 'hono';
import * as v from 'valibot';
import { toWire } from '../../../../shared/wire.ts';
import { clearSchema } from '../../records/ledger/query-schemas.ts';
import type { Log } from '../../log.ts';
import type { Recorder } from '../../records/recorder.ts';
import { storageSummary } from '../schemas/ledger-schemas.ts';
import { integer, text } from '../schemas/state-schemas.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';

const fileSchema = v.strictObject({
  file: v.pipe(
    v.string(),
    v.check((file) => isAbsolute(file) && !file.includes('\0'), 'must be an absolute path'),
    v.description('An absolute path on Tokwatt’s machine'),
  ),
});
const confirmSchema = v.strictObject({
  confirm: v.literal(true, 'must be true: what is cleared does not come back'),
});
const whatSchema = v.object({ what: clearSchema });
const FILE_EXAMPLE = '{"file": "/absolute/path"}';

/** Routes for the stored data and its management. Actions are logged without file names. */
export function manageRoutes(recorder: Recorder, log: Log): Hono {
  const app = new Hono();
  const { ledger } = recorder;
  app.get('/data/summary', DESCRIBED.summary, async (c) =>
    c.json(toWire(await ledger.storageSummary())),
  );
  app.delete('/data/:what', DESCRIBED.clear, async (c) => {
    const { what } = checked(whatSchema, { what: c.req.param('what') });
    checked(confirmSchema, await bodyOf(c, '{"confirm": true}'));
    await recorder.clear(what);
    log.info({ cleared: what }, 'stored data was cleared over the API');
    return c.json({ cleared: what });
  });
  app.post('/data/backup', DESCRIBED.backup, async (c) => {
    const { file } = checked(fileSchema, await bodyOf(c, FILE_EXAMPLE));
    const copy = await ledger.backup(file);
    log.info({ bytes: copy.bytes }, 'the ledger was backed up over the API');
    return c.json(copy);
  });
  app.post('/data/import', DESCRIBED.import, async (c) => {
    const { file } = checked(fileSchema, await bodyOf(c, FILE_EXAMPLE));
    const imported = await ledger.importBackup(file);
    log.info({ rows: imported.rows }, 'a backup was imported over the API');
    return c.json(toWire(imported));
  });
  return app;
}

const DESCRIBED = {
  summary: described({
    tag: 'data',
    summary: 'The number, size and time range of stored data',
    answer: storageSummary,
    problems: [503],
  }),
  clear: described({
    tag: 'data',
    summary: 'Delete a part of the stored data',
    description:
      '`metrics`: charts, daily sums and GPU samples. `logs`: activity. The totals stay.',
    params: whatSchema,
    body: confirmSchema,
    answer: v.strictObject({ cleared: clearSchema }),
    problems: [413, 503],
  }),
  backup: described({
    tag: 'data',
    summary: 'Copy the ledger to a file while it is in use',
    body: fileSchema,
    answer: v.strictObject({ bytes: integer }),
    problems: [413, 422, 503],
  }),
  import: described({
    tag: 'data',
    summary: 'Replace the ledger by a copy; the present ledger is set aside',
    body: fileSchema,
    answer: v.strictObject({ rows: integer, setAside: text }),
    problems: [413, 422, 503],
  }),
};
