/** The settings file as people edit it while Tokwatt runs. */
export interface EditedFile {
  /** Returns the bytes; null if the file is missing or cannot be read, which changes nothing. */
  read(): Promise<Buffer | null>;
  /** Returns the document. Throws `bad_request` with the line if the bytes are no JSON object. */
  parse(bytes: Buffer): Record<string, unknown>;
  /** Called when a document has come into force, or with null when a refused file is gone. */
  taken(document: Record<string, unknown> | null): void;
  /** Called when a file was refused. Returns the reason, with the lines, as a sentence for people. */
  refused(bytes: Buffer, error: unknown): string;
}
