import { EnergyMeter } from './energy/energy-meter.ts';

type Account = ReturnType<EnergyMeter['begin']>;

/** An energy meter that tells how many exchanges are in flight. */
export class ActiveEnergyMeter extends EnergyMeter {
  /** Called when an exchange begins or ends. */
  onActivity: (inFlight: number) => void = () => undefined;
  readonly #inFlight = new Set<Account>();

  override begin(...args: Parameters<EnergyMeter['begin']>): Account {
    const account = super.begin(...args);
    this.#inFlight.add(account);
    this.onActivity(this.#inFlight.size);
    return account;
  }

  override end(...args: Parameters<EnergyMeter['end']>): ReturnType<EnergyMeter['end']> {
    this.#forget(args[0]);
    return super.end(...args);
  }

  override abandon(...args: Parameters<EnergyMeter['abandon']>): void {
    this.#forget(args[0]);
    super.abandon(...args);
  }

  #forget(account: Account): void {
    if (this.#inFlight.delete(account)) this.onActivity(this.#inFlight.size);
  }
}
