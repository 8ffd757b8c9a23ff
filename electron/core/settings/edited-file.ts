/** The settings file as people edit it while Tokwatt runs. */
export interface EditedFile {
  /** Returns the bytes; null if the file is missing or cannot be read. Null changes no setting. */
  read(): Promise<Buffer | null>;
  /**
   * Returns the document. Throws `bad_request` with the line if the bytes are not a JSON object.
   */
  parse(bytes: Buffer): Record<string, unknown>;
  /** Called when a document is in force, or with null when a refused file was deleted. */
  taken(document: Record<string, unknown> | null): void;
  /**
   * Called when a file was refused. Returns the reason with the lines, as a sentence for the user.
   */
  refused(bytes: Buffer, error: unknown): string;
}
