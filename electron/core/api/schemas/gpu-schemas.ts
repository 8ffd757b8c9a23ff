/** Schemas of GPU readings, for the OpenAPI document. They follow shared/gpu.ts. */
import * as v from 'valibot';
import { THROTTLE_REASONS } from '../../../../shared/gpu.ts';
import type {
  GpuDetails,
  GpuInstance,
  GpuProcess,
  GpuReading,
  GpuState,
  PcieLink,
} from '../../../../shared/gpu.ts';
import { maybeSaid } from './sentence-schema.ts';
import { amount, count, flag, moment, number, shape, text } from './state-schemas.ts';

const pcieLink = shape<PcieLink>()({
  generation: count,
  width: count,
  maxGeneration: v.nullable(count),
  maxWidth: v.nullable(count),
});

const gpuProcess = shape<GpuProcess>()({
  pid: count,
  name: v.nullable(text),
  memoryBytes: v.nullable(amount),
  utilizationPercent: v.nullable(number),
});

const gpuInstance = shape<GpuInstance>()({
  id: v.nullable(text),
  name: v.nullable(text),
  memoryUsedBytes: v.nullable(amount),
  memoryTotalBytes: v.nullable(amount),
  powerW: v.null(),
});

const gpuDetails = shape<GpuDetails>()({
  fanPercent: v.nullable(number),
  clockMHz: v.nullable(amount),
  maxClockMHz: v.nullable(amount),
  memoryClockMHz: v.nullable(amount),
  memoryUtilizationPercent: v.nullable(number),
  throttleReasons: v.nullable(v.array(v.picklist(THROTTLE_REASONS))),
  pcie: v.nullable(pcieLink),
  processes: v.nullable(v.array(gpuProcess)),
  hasUnifiedMemory: v.nullable(flag),
  instances: v.nullable(v.array(gpuInstance)),
  isVirtual: v.nullable(flag),
});

const gpuReading = shape<GpuReading>()({
  index: count,
  id: v.nullable(text),
  name: text,
  vendor: v.picklist(['nvidia', 'amd', 'intel', 'apple', 'other']),
  utilizationPercent: v.nullable(number),
  memoryUsedBytes: v.nullable(amount),
  memoryTotalBytes: v.nullable(amount),
  temperatureC: v.nullable(number),
  powerW: v.nullable(number),
  powerLimitW: v.nullable(number),
  isAsleep: v.exactOptional(flag),
  details: v.exactOptional(gpuDetails),
});
export const gpuState = shape<GpuState>()({
  status: v.picklist(['starting', 'none', 'static', 'live', 'lost']),
  source: v.nullable(text),
  note: v.nullable(text),
  noteSentence: maybeSaid,
  at: v.nullable(moment),
  gpus: v.array(gpuReading),
});
