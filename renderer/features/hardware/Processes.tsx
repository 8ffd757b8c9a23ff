import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatBytes, formatPercent } from '../../../shared/format.ts';
import type { GpuDevice } from '../../../shared/gpu-devices.ts';
import type { GpuProcess, GpuReading } from '../../../shared/gpu.ts';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { sorted } from '../../ui/sorted.ts';
import css from './hardware.module.css';

const SHOWN = 8;

export interface ProcessesProps {
  readonly name: string;
  readonly reading: GpuReading;
  readonly device: GpuDevice | null;
}

/** Which processes hold memory of the GPU, the greatest first. */
export function Processes({ name, reading, device }: ProcessesProps): JSX.Element {
  const text = useTranslations('hardware.processes');
  const processes = reading.details?.processes ?? null;
  const columns = useColumns(device);
  const rows = useMemo(
    () => sorted(processes ?? [], columns, { key: 'memory', direction: 'descending' }),
    [processes, columns],
  );
  const { shown, toggle } = useExpandable(rows, SHOWN);
  return (
    <div className={css.part}>
      <div className={css.partHead}>
        <h3>{text('title')}</h3>
        {rows.length > 0 && <CopyMarkdown columns={columns} rows={rows} />}
      </div>
      {rows.length === 0 ? (
        <p className={css.soft}>{text(processes === null ? 'unknown' : 'none')}</p>
      ) : (
        <Table
          caption={text('caption', { name })}
          columns={columns}
          rows={shown}
          rowKey={({ pid }) => pid}
          rowAttributes={({ pid }) => ({ 'data-pid': String(pid) })}
        />
      )}
      {toggle}
    </div>
  );
}

function useColumns(device: GpuDevice | null): readonly Column<GpuProcess>[] {
  const text = useTranslations('hardware.processes');
  return useMemo(() => {
    const servers = new Set(device?.modelServerPids);
    const kindOf = ({ pid, name }: GpuProcess): string => {
      if (servers.has(pid)) return text('server');
      return text(name === null ? 'hidden' : 'other');
    };
    return [
      {
        ...{ key: 'name', head: text('name'), narrow: 'lead' },
        text: ({ name }) => name ?? text('noName'),
        cell: ({ name }) => <Name name={name} />,
      },
      {
        ...{ key: 'kind', head: text('kind'), width: '116px', narrow: 'leadEnd' },
        cell: kindOf,
      },
      {
        ...{ key: 'pid', head: text('pid'), width: '72px', numeric: true, narrow: 'keep' },
        value: ({ pid }) => pid,
        cell: ({ pid }) => String(pid),
      },
      {
        ...{ key: 'memory', head: text('memory'), width: '88px', numeric: true, narrow: 'keep' },
        value: ({ memoryBytes }) => memoryBytes,
        cell: ({ memoryBytes }) => formatBytes(memoryBytes),
      },
      {
        ...{ key: 'share', head: text('share'), width: '72px', numeric: true, narrow: 'keep' },
        value: ({ utilizationPercent }) => utilizationPercent,
        cell: ({ utilizationPercent }) => formatPercent(utilizationPercent),
      },
    ];
  }, [text, device]);
}

function Name({ name }: Pick<GpuProcess, 'name'>): JSX.Element {
  const text = useTranslations('hardware.processes');
  if (name === null) return <span className={css.soft}>{text('noName')}</span>;
  return <LongName>{name}</LongName>;
}
