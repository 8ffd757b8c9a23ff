/**
 * Follows the circumstances of an exchange from the moment its request was sent. The meter only
 * passes it on.
 */
export interface ExchangeWatch {
  /** Called at the end of the exchange, maybe more than once, whether or not it gets a row. */
  stop(): void;
}
