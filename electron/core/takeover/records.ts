import * as v from 'valibot';
import { INSTALLATIONS } from '../../../shared/takeover.ts';
import type { JsonDocument } from '../json-document.ts';
import type { Log } from '../log.ts';

const recordSchema = v.object({
  port: v.number(),
  serverPort: v.number(),
  installation: v.picklist(INSTALLATIONS),
  /** The port that the proxy had before. */
  proxyPort: v.number(),
});
/** A port that was taken over, and how the server was moved. */
export type TakeoverRecord = v.InferOutput<typeof recordSchema>;

/** The ports that were taken over, in `takeovers.json`. The way back is known after a restart too. */
export class TakeoverRecords {
  readonly #document: JsonDocument;
  readonly #log: Log;
  #records: readonly TakeoverRecord[];

  constructor(document: JsonDocument, log: Log) {
    this.#document = document;
    this.#log = log;
    const { takeovers } = document.read();
    const read = v.safeParse(v.array(recordSchema), takeovers);
    this.#records = read.success ? read.output : [];
  }

  /** All of them, those of servers too that were removed from the settings. */
  get all(): readonly TakeoverRecord[] {
    return this.#records;
  }

  /** The record of a server at a port behind a proxy at another; null if it was not moved by us. */
  find(port: number, serverPort: number): TakeoverRecord | null {
    const found = this.#records.find((each) => isOf(each, port, serverPort));
    return found ?? null;
  }

  add(record: TakeoverRecord): void {
    this.#write([...this.#records.filter(({ port }) => port !== record.port), record]);
  }

  remove({ port, serverPort }: TakeoverRecord): void {
    this.#write(this.#records.filter((each) => !isOf(each, port, serverPort)));
  }

  #write(records: readonly TakeoverRecord[]): void {
    this.#records = records;
    try {
      this.#document.write({ takeovers: records });
    } catch (error) {
      this.#log.warn({ error: String(error) }, 'the ports taken over could not be stored');
    }
  }
}

function isOf(record: TakeoverRecord, port: number, serverPort: number): boolean {
  return record.port === port && record.serverPort === serverPort;
}
