/** Hardware that runs below its speed. */
import type { Evidence } from '../../../../shared/insights.ts';
import { amount, sentence } from '../../../../shared/sentences.ts';
import type { GpuDuring } from '../context.ts';
import { speedEvidence } from '../facts.ts';
import type { ExchangeFacts, SlowRule } from '../facts.ts';
import { advised, fact, saidFact, titled } from '../said.ts';

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
    fact(sentence('fact_mean_clock'), clockMHz, 'megahertz'),
    fact(sentence('fact_highest_clock'), maxClockMHz, 'megahertz'),
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
    const time = amount(slowdown.lostMs, 'ms');
    const slowed = { gpu: gpu.name, share: amount(share * 100, 'percent'), time };
    return {
      explainedMs: slowdown.lostMs * share,
      name: isHot ? 'name_heat' : 'name_hardware',
      ...titled(
        isHot && celsius !== null
          ? sentence('thermal_heat', { ...slowed, temperature: amount(celsius, 'celsius') })
          : sentence('thermal', slowed),
      ),
      figure: { value: slowdown.lostMs, unit: 'ms' },
      evidence: [
        fact(sentence('fact_slowed'), share * 100, 'percent'),
        ...clocks(gpu),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      ...advised(sentence(isHot ? 'advise_cooling' : 'advise_power_supply')),
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
      name: 'name_power_limit',
      ...titled(sentence('power_limit', { gpu: gpu.name, time: amount(slowdown.lostMs, 'ms') })),
      figure: { value: slowdown.lostMs, unit: 'ms' },
      evidence: [
        fact(sentence('fact_at_limit'), share * 100, 'percent'),
        ...(limit === null ? [] : [fact(sentence('fact_power_limit'), limit, 'watts')]),
        ...clocks(gpu),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      ...advised(sentence('advise_raise_limit', { command: '`nvidia-smi -pl WATTS`' })),
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
    const time = amount(slowdown.lostMs, 'ms');
    return {
      explainedMs: slowdown.lostMs * 0.9,
      name: isSaving ? 'name_profile' : 'name_battery',
      ...titled(
        isSaving
          ? sentence('power_profile', { profile: powerProfile, time })
          : sentence('on_battery', { time }),
      ),
      figure: { value: slowdown.factor, unit: 'factor' },
      evidence: [
        ...(powerProfile === null ? [] : [fact(sentence('fact_profile'), powerProfile, null)]),
        ...(isOnBattery === null
          ? []
          : [
              saidFact(
                sentence('fact_on_battery'),
                sentence(isOnBattery ? 'value_yes' : 'value_no'),
              ),
            ]),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      ...advised(sentence(isSaving ? 'advise_profile' : 'advise_charger')),
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
      name: 'name_pcie',
      ...titled(
        sentence('pcie_link', {
          gpu: gpu.name,
          link: `${generation} × ${width}`,
          possible: `${maxGeneration} × ${maxWidth}`,
          time: amount(slowdown.lostMs, 'ms'),
        }),
      ),
      figure: { value: slowdown.factor, unit: 'factor' },
      evidence: [
        fact(sentence('fact_link'), `PCIe ${generation} × ${width}`, null),
        fact(sentence('fact_possible_link'), `PCIe ${maxGeneration} × ${maxWidth}`, null),
        ...speedEvidence(slowdown, usual.exchanges),
      ],
      ...advised(sentence('advise_pcie')),
      saving: null,
    };
  },
};
