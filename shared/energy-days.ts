/** Where the energy of the devices went on each local day, and what it cost. */

/** An amount of money. Amounts of different currencies are never added. */
export interface DayCost {
  readonly currency: string;
  readonly cost: number;
}

/** The mean price of the energy that has one. */
export interface DayPrice {
  readonly currency: string;
  readonly meanPricePerKwh: number;
}

/** The energy of one device. It is in joules; 0 is nothing, null is unknown. */
export interface DeviceEnergySums {
  /** The device's id; `all` for all GPUs together, `wall` for a meter in the wall socket. */
  readonly device: string;
  /** To exchanges. */
  readonly attributedJoules: number;
  /** Idle power in the time when no exchange ran, with `phantomJoules`. */
  readonly idleJoules: number;
  /** The part of it that loaded models cost; null if it is not known apart from idle power. */
  readonly phantomJoules: number | null;
  /** Other programs; at the wall, everything. */
  readonly otherJoules: number;
  /** For how long the device was measured, milliseconds; null if it is not known. */
  readonly measuredMs: number | null;
  /** What all of it cost, by the tariff of each hour; empty without a tariff. */
  readonly cost: readonly DayCost[];
  /** The mean tariff of this energy. */
  readonly prices: readonly DayPrice[];
  readonly idleCost: readonly DayCost[];
  /** The part of the idle cost that loaded models cost; null if that is not known. */
  readonly phantomCost: readonly DayCost[] | null;
  /** Joules without a price at their time. */
  readonly unpricedJoules: number;
  /** Null if no energy has a figure of carbon. */
  readonly co2Grams: number | null;
}

/** One device on one local day. */
export interface EnergyDay extends DeviceEnergySums {
  /** `2026-11-21` */
  readonly day: string;
}

export interface EnergyDays {
  /** The first moment of the first day, and the end of the last, Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  /** By day, then by device. Devices in the wall contain the others, so they are not to be added. */
  readonly days: readonly EnergyDay[];
  /** All GPUs of each day together, with `all` as their device; no wall meter is in it. */
  readonly together: readonly EnergyDay[];
  /** Each device over all days, and all GPUs together. */
  readonly totals: readonly DeviceEnergySums[];
  /**
   * Energy at the wall for each joule of the GPUs, in the hours that have both. Null without a wall
   * meter.
   */
  readonly wallFactor: number | null;
}
