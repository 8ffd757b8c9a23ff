import { Hono } from 'hono';
import * as v from 'valibot';
import type { GpuDevice, GpuDevices } from '../../../../shared/gpu-devices.ts';
import { toWire } from '../../../../shared/wire.ts';
import { described } from '../openapi/describe.ts';
import { count, shape, text } from '../schemas/state-schemas.ts';

const known = v.nullable(text);
const gpuDevices = shape<GpuDevices>()({
  devices: v.array(
    shape<GpuDevice>()({
      index: count,
      id: known,
      name: text,
      vendor: v.picklist(['nvidia', 'amd', 'intel', 'apple', 'other']),
      energyDevice: v.pipe(text, v.description('Its name in the energy of the devices')),
      pciAddress: known,
      driver: v.pipe(known, v.description('With its version where it has one; on Linux only')),
      sources: v.pipe(v.array(text), v.description('What reads it, the richest first')),
      powerSource: known,
      modelServerPids: v.pipe(
        v.array(count),
        v.description('Processes that may be model servers, by their names'),
      ),
    }),
  ),
});

/** The route for what the GPUs are. */
export function gpuDeviceRoutes(hardware: {
  readonly devices: () => Promise<readonly GpuDevice[]>;
}): Hono {
  const app = new Hono();
  app.get('/gpu/devices', DESCRIBED, async (c) =>
    c.json(toWire({ devices: await hardware.devices() })),
  );
  return app;
}

const DESCRIBED = described({
  tag: 'state',
  summary: 'What the GPUs are: PCI address, driver, and the sources of their figures',
  answer: gpuDevices,
});
