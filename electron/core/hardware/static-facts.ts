import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { GpuVendor } from '../../../shared/gpu.ts';

/** What is known of a GPU without asking for its load. */
export interface StaticGpu {
  readonly name: string;
  readonly vendor: GpuVendor;
  /** Only where the figure is the real size of the card's memory. */
  readonly memoryTotalBytes: number | null;
  /** Such as `01:00.0`; null where the system does not tell. */
  readonly busAddress: string | null;
}

/** The part of a systeminformation controller that is looked at. */
export interface GraphicsController {
  readonly vendor?: string | null;
  readonly model?: string | null;
  readonly name?: string | null;
  readonly busAddress?: string | null;
  readonly vram?: number | null;
  readonly memoryTotal?: number | null;
}

/** The worker's file beside the running bundle; its source is `static-facts-worker.ts`. */
export const STATIC_FACTS_WORKER = 'gpu-facts-worker.cjs';

/** On Windows it starts several PowerShells one after another; on a busy machine that takes long. */
const PATIENCE_MS = 60_000;
const MIB = 1024 * 1024;
/** What a 32-bit field of Windows says of every card with 4 GiB or more. */
const WINDOWS_32_BIT_CAP_MIB = 4095;

/** Adapters that draw a screen and compute nothing: of virtual machines, servers' BMCs, remote desktops. */
const NOT_A_GPU =
  /cirrus|qxl|vmware|virtio|virtualbox|vbox|bochs|hyper-v|paravirtual|aspeed|matrox|hisilicon|standard vga|basic (display|render)|remote display|displaylink|parsec|citrix|indirect display|xensource|red hat/i;

/**
 * The GPUs among a machine's display controllers. On Linux the memory of a card is known only
 * where nvidia-smi gave it (`memoryTotal`): `vram` there is the size of a PCI window.
 */
export function staticGpus(
  controllers: readonly GraphicsController[],
  platform: NodeJS.Platform,
): StaticGpu[] {
  return controllers.flatMap((controller) => {
    const described = `${controller.vendor ?? ''} ${controller.model ?? ''} ${controller.name ?? ''}`;
    const name = (controller.name ?? '').trim() || (controller.model ?? '').trim();
    if (name === '' || NOT_A_GPU.test(described)) return [];
    return [
      {
        name,
        vendor: vendorOf(described),
        memoryTotalBytes: memoryOf(controller, platform),
        busAddress: (controller.busAddress ?? '').trim() || null,
      },
    ];
  });
}

function vendorOf(described: string): GpuVendor {
  if (/nvidia/i.test(described)) return 'nvidia';
  if (/\bamd\b|\bati\b|advanced micro devices|radeon/i.test(described)) return 'amd';
  if (/intel/i.test(described)) return 'intel';
  if (/apple/i.test(described)) return 'apple';
  return 'other';
}

function memoryOf(controller: GraphicsController, platform: NodeJS.Platform): number | null {
  const { memoryTotal, vram } = controller;
  if (typeof memoryTotal === 'number' && memoryTotal > 0) return memoryTotal * MIB;
  if (platform === 'linux' || typeof vram !== 'number' || vram <= 0) return null;
  if (platform === 'win32' && vram === WINDOWS_32_BIT_CAP_MIB) return null;
  return vram * MIB;
}

export interface StaticFactsOptions {
  /** The worker's file; by default the one beside the running bundle. */
  readonly workerPath?: string;
  readonly patienceMs?: number;
}

/**
 * Asks systeminformation once which GPUs there are, or null if it could not be asked. It runs
 * synchronous children, so it has a thread of its own: a process of its own is out, because the
 * packaged Electron does not run as Node.
 */
export function readStaticFacts(
  options: StaticFactsOptions = {},
): Promise<readonly StaticGpu[] | null> {
  const path = options.workerPath ?? workerBesideBundle();
  if (path === null || !existsSync(path)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const worker = new Worker(path);
    const settle = (facts: readonly StaticGpu[] | null): void => {
      clearTimeout(timer);
      resolve(facts);
      // Not awaited: a thread inside a synchronous child ends only after it.
      void worker.terminate();
    };
    const timer = setTimeout(() => settle(null), options.patienceMs ?? PATIENCE_MS);
    worker.once('message', (facts: readonly StaticGpu[] | null) => settle(facts));
    worker.once('error', () => settle(null));
    worker.once('exit', () => settle(null));
    worker.unref();
  });
}

/** Null in a run from source, where there is no bundle to lie beside. */
function workerBesideBundle(): string | null {
  return typeof __dirname === 'string' ? join(__dirname, STATIC_FACTS_WORKER) : null;
}
