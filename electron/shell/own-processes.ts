import { cpus } from 'node:os';
import { BrowserWindow, app } from 'electron';
import type { ProcessMetric } from 'electron';
import type { FootprintProcess } from '../../shared/footprint.ts';
import type { OwnProcesses } from '../core/hardware/own-footprint.ts';

const KINDS: Readonly<Partial<Record<ProcessMetric['type'], FootprintProcess['kind']>>> = {
  Browser: 'core',
  Tab: 'window',
  GPU: 'gpu',
};

/** The desktop's processes. Electron tells their processor time since the last call. */
export const desktopProcesses: OwnProcesses = {
  read: () =>
    app.getAppMetrics().map(({ type, cpu, memory }) => ({
      kind: KINDS[type] ?? 'other',
      // Electron's percentage is of all cores together; its memory is in KiB.
      cpuCores: (cpu.percentCPUUsage / 100) * cpus().length,
      memoryBytes: memory.workingSetSize * 1_024,
    })),
  isWindowOpen: () => BrowserWindow.getAllWindows().some((window) => window.isVisible()),
};
