import type { SinkSettings } from '../../../../shared/sinks.ts';
import type { Outlet, OutletContext } from '../exporter.ts';
import { ClickhouseSink } from './clickhouse.ts';
import { PostgresSink } from './postgres.ts';
import { SinkRunner } from './database-exporter.ts';

/** The databases that the settings name; none by default. */
export function createSinks(context: OutletContext, settings: SinkSettings): readonly Outlet[] {
  const { instance, log } = context;
  const outlets: Outlet[] = [];
  if (settings.postgres !== null) {
    const password = settings.postgres.password || environment('TOKWATT_POSTGRES_PASSWORD');
    const database = new PostgresSink({ settings: settings.postgres, password, instance, log });
    outlets.push(new SinkRunner(context, database));
  }
  if (settings.clickhouse !== null) {
    const password = settings.clickhouse.password || environment('TOKWATT_CLICKHOUSE_PASSWORD');
    const database = new ClickhouseSink({ settings: settings.clickhouse, password, instance });
    outlets.push(new SinkRunner(context, database));
  }
  return outlets;
}

function environment(name: string): string {
  return process.env[name] ?? '';
}
