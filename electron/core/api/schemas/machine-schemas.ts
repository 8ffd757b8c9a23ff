/** Schemas of the machine's readings, for the OpenAPI document. They follow shared/machine.ts. */
import * as v from 'valibot';
import type { MachineReading, MachineState, WallReading } from '../../../../shared/machine.ts';
import { maybeSaid } from './sentence-schema.ts';
import { amount, flag, moment, number, shape, text } from './state-schemas.ts';

const wallReading = shape<WallReading>()({
  name: text,
  powerW: v.nullable(number),
  counterJoules: v.nullable(amount),
});

const machineReading = shape<MachineReading>()({
  at: moment,
  cpuPowerW: v.nullable(amount),
  batteryW: v.nullable(amount),
  isOnBattery: v.nullable(flag),
  powerProfile: v.nullable(text),
  wall: v.nullable(wallReading),
  memoryUsedBytes: v.nullable(amount),
  memoryTotalBytes: v.nullable(amount),
  swapUsedBytes: v.nullable(amount),
});

export const machineState = shape<MachineState>()({
  reading: v.nullable(machineReading),
  notes: v.array(text),
  noteSentences: v.array(maybeSaid),
});
