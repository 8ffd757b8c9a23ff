/** Hardware that runs below its speed. */
import { formatDuration, formatPercent } from '../../../../shared/format.ts';
import { formatTemperature } from '../../../../shared/format-temperature.ts';
import type { Evidence } from '../../../../shared/insights.ts';
import type { GpuDuring } from '../context.ts';
import { speedEvidence } from '../facts.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';

/** A reason that comes and goes within this share of the readings is a change of state. */
const GOOD_PART = 0.3;
/** A power cap is normal, so it must have held most of the time. */
const MOST = 0.6;
const MIN_SAMPLES = 3;

/** The GPU that was slowed down for most of its readings, and for how large a share. */
function mostThrottled(
  gpus: readonly GpuDuring[],
  reasons: readonly ('thermal' | 'hardware_slowdown' | 'power_brake' | 'power_cap')[],
  least: number,
): { readonly gpu: GpuDuring; readonly share: number } | null {
  const found = gpus
    .filter(({ samples }) => samples >= MIN_SAMPLES)
    .map((gpu) => ({
      gpu,
      share: Math.max(...reasons.map((reason) => gpu.throttled?.[reason] ?? 0)),
    }))
    .filter(({ share }) => share >= least)
    .sort((a, b) => b.share - a.share);
  return found[0] ?? null;
}

function clocks({ clockMHz, maxClockMHz }: GpuDuring): Evidence[] {
  if (clockMHz === null || maxClockMHz === null) return [];
  return [
    { label: 'Mean clock', value: clockMHz, unit: 'megahertz' },
    { label: 'Highest clock', value: maxClockMHz, unit: 'megahertz' },
  ];
}

/**
 * Source: NVML's clocks event reasons 0x20 and 0x40 (thermal), 0x08 (hardware slowdown) and 0x80
 * (power brake), which other vendors' sources report under the same names.
 */
export const THERMAL_LIMIT: SlowRule = {
  kind: 'thermal_limit',
  judge: ({ context, slowdown, usual }: ExchangeFacts) => {
    const reasons = ['thermal', 'hardware_slowdown', 'power_brake'] as const;
    const found = mostThrottled(context.gpus, reasons, GOOD_PART);
    if (found === null || slowdown === null) return null;
    const { gpu, share } = found;
    const { maxTemperatureC: celsius } = gpu;
    const isHot = (gpu.throttled?.thermal ?? 0) >= GOOD_PART;
    const heat = isHot && celsius !== null ? ` at ${formatTemperature(celsius)}` : '';
    return {
      explainedMs: slowdown.lostMs * share,
      name: isHot ? 'A GPU slowed down by heat' : 'A GPU slowed down by its hardware',
      title: `${gpu.name} slowed itself down${heat} for ${formatPercent(share * 100)} of the time, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: slowdown.lostMs, unit: 'ms' },
      evidence: [
        { label: 'Time slowed down', value: share * 100, unit: 'percent' },
        ...clocks(gpu),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      advice: isHot
        ? 'Give the GPU more air: clean its fans and filters, or raise its fan curve. A lower power limit keeps it cooler at nearly the same speed.'
        : 'The board itself slows the GPU down: check its power cables and the power supply.',
      saving: { value: slowdown.lostMs * share, unit: 'ms' },
    };
  },
};

/** A power cap alone is normal under load. It is told only of an answer below the usual speed. */
export const POWER_LIMIT: SlowRule = {
  kind: 'power_limit',
  judge: ({ context, slowdown, usual }: ExchangeFacts) => {
    const found = mostThrottled(context.gpus, ['power_cap'], MOST);
    if (found === null || slowdown === null) return null;
    const { gpu, share } = found;
    const limit = gpu.powerLimitW;
    return {
      explainedMs: slowdown.lostMs * share * 0.5,
      name: "The GPU's power limit",
      title: `${gpu.name} ran at its power limit, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: slowdown.lostMs, unit: 'ms' },
      evidence: [
        { label: 'Time at the limit', value: share * 100, unit: 'percent' },
        ...(limit === null ? [] : [{ label: 'Power limit', value: limit, unit: 'watts' } as const]),
        ...clocks(gpu),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      advice: 'If the limit was lowered, raise it again: `nvidia-smi -pl WATTS`.',
      saving: null,
    };
  },
};

/** `balanced` and `performance` are no reason. */
const SAVING_PROFILE = /power.?sav|low.?power|quiet|battery/i;

/** Source: the system's power profile and battery. */
export const POWER_SAVING: SlowRule = {
  kind: 'power_saving',
  judge: ({ context, slowdown, usual }: ExchangeFacts) => {
    const { isOnBattery = null, powerProfile = null } = context.machine ?? {};
    const isSaving = powerProfile !== null && SAVING_PROFILE.test(powerProfile);
    if (slowdown === null || (isOnBattery !== true && !isSaving)) return null;
    const reason = isSaving ? `in the power profile "${powerProfile}"` : 'on its battery';
    return {
      explainedMs: slowdown.lostMs * 0.9,
      name: isSaving ? 'The power profile' : 'Running on battery',
      title: `The machine ran ${reason}, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: slowdown.factor, unit: 'factor' },
      evidence: [
        ...(powerProfile === null
          ? []
          : [{ label: 'Power profile', value: powerProfile, unit: null }]),
        ...(isOnBattery === null
          ? []
          : [{ label: 'On battery', value: isOnBattery ? 'yes' : 'no', unit: null }]),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      advice: isSaving
        ? 'Choose the profile "balanced" or "performance" for work with models.'
        : 'Connect the charger for work with models.',
      saving: { value: slowdown.lostMs, unit: 'ms' },
    };
  },
};

/** Readings under load that must show a link below its maximum. */
const LINK_SHARE = 0.8;

/**
 * The link drops while a GPU is idle, so only readings under load count. Generation 1 with one lane
 * is what GPUs on a chip with the processor report, whatever they have.
 */
export const PCIE_LINK: SlowRule = {
  kind: 'pcie_link',
  judge: ({ context, slowdown, usual }: ExchangeFacts) => {
    const gpu = context.gpus.find(({ link }) => {
      if (link === null || (link.generation === 1 && link.width === 1)) return false;
      return link.samples >= MIN_SAMPLES && link.below / link.samples >= LINK_SHARE;
    });
    const link = gpu?.link ?? null;
    if (gpu === undefined || link === null || slowdown === null) return null;
    const { generation, width, maxGeneration, maxWidth } = link;
    return {
      explainedMs: slowdown.lostMs * 0.4,
      name: 'A slow PCIe link',
      title: `${gpu.name} used PCIe ${generation} × ${width} instead of ${maxGeneration} × ${maxWidth} under load, and this took ${formatDuration(slowdown.lostMs)} longer than usual.`,
      figure: { value: slowdown.factor, unit: 'factor' },
      evidence: [
        { label: 'Link under load', value: `PCIe ${generation} × ${width}`, unit: null },
        { label: 'Possible', value: `PCIe ${maxGeneration} × ${maxWidth}`, unit: null },
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      advice:
        'Check the slot, the riser cable, and the PCIe setting of the firmware. It matters most for models on several GPUs or partly in main memory.',
      saving: null,
    };
  },
};
