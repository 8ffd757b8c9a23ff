import type { SinkSettings } from '../../../../shared/sinks.ts';
import type { Exporter, ExporterContext } from '../exporter.ts';
import { ClickhouseSink } from './clickhouse.ts';
import { PostgresSink } from './postgres.ts';
import { SinkRunner } from './database-exporter.ts';

/** Creates the exporters to the databases in the settings; none by default. */
export function createSinks(context: ExporterContext, settings: SinkSettings): readonly Exporter[] {
  const { instance, log } = context;
  const exporters: Exporter[] = [];
  if (settings.postgres !== null) {
    const password = settings.postgres.password || environment('TOKWATT_POSTGRES_PASSWORD');
    const database = new PostgresSink({ settings: settings.postgres, password, instance, log });
    exporters.push(new SinkRunner(context, database));
  }
  if (settings.clickhouse !== null) {
    const password = settings.clickhouse.password || environment('TOKWATT_CLICKHOUSE_PASSWORD');
    const database = new ClickhouseSink({ settings: settings.clickhouse, password, instance });
    exporters.push(new SinkRunner(context, database));
  }
  return exporters;
}

function environment(name: string): string {
  return process.env[name] ?? '';
}
