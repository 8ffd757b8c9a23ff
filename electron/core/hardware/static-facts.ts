import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { GpuVendor } from '../../../shared/gpu.ts';
import { besideBundle } from '../bundle-file.ts';

/** Facts of a GPU that do not change while it runs. */
export interface StaticGpu {
  readonly name: string;
  readonly vendor: GpuVendor;
  /** Bytes; null where the figure is not the card's real memory size. */
  readonly memoryTotalBytes: number | null;
  /** Such as `01:00.0`; null if unknown. */
  readonly busAddress: string | null;
}

/** The fields of a systeminformation controller that are used. */
export interface GraphicsController {
  readonly vendor?: string | null;
  readonly model?: string | null;
  readonly name?: string | null;
  readonly busAddress?: string | null;
  readonly vram?: number | null;
  readonly memoryTotal?: number | null;
}

/** The worker's file beside the bundle. Its source is `static-facts-worker.ts`. */
export const STATIC_FACTS_WORKER = 'gpu-facts-worker.cjs';

/** Milliseconds. On Windows the call starts several PowerShells in sequence, which can take long. */
const TIMEOUT_MS = 60_000;
const MIB = 1024 * 1024;
/** MiB. A 32-bit field of Windows is capped at this for cards with 4 GiB or more. */
const WINDOWS_32_BIT_CAP_MIB = 4095;

/** Display adapters that do not compute: virtual machines, servers' BMCs, remote desktops. */
const NOT_A_GPU =
  /cirrus|qxl|vmware|virtio|virtualbox|vbox|bochs|hyper-v|paravirtual|aspeed|matrox|hisilicon|standard vga|basic (display|render)|remote display|displaylink|parsec|citrix|indirect display|xensource|red hat/i;

/**
 * The GPUs among a machine's display controllers. On Linux the memory size is known only if
 * nvidia-smi gave it (`memoryTotal`), because `vram` is the size of a PCI window there.
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
  /** The worker's file; by default the one beside the bundle. */
  readonly workerPath?: string;
  readonly timeoutMs?: number;
}

/**
 * Asks systeminformation once for the GPUs of this machine; null if that fails. The call runs
 * synchronous children, so it gets its own thread. A separate process is not possible, because the
 * packaged Electron does not run as Node.
 */
export function readStaticFacts(
  options: StaticFactsOptions = {},
): Promise<readonly StaticGpu[] | null> {
  const path = options.workerPath ?? besideBundle(STATIC_FACTS_WORKER);
  if (path === null || !existsSync(path)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const worker = new Worker(path);
    const settle = (facts: readonly StaticGpu[] | null): void => {
      clearTimeout(timer);
      resolve(facts);
      // Not awaited: a thread in a synchronous child ends only after that child.
      void worker.terminate();
    };
    const timer = setTimeout(() => settle(null), options.timeoutMs ?? TIMEOUT_MS);
    worker.once('message', (facts: readonly StaticGpu[] | null) => settle(facts));
    worker.once('error', () => settle(null));
    worker.once('exit', () => settle(null));
    worker.unref();
  });
}
