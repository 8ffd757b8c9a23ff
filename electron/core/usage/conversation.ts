/**
 * Fingerprints of the beginnings of a conversation, by which a later request is recognized as its
 * continuation. They hold no text and are never stored.
 */

/** Most texts of a conversation that are told apart; later ones are ignored. */
const MAX_POINTS = 2_048;

/** Messages of these roles belong to an application, not to one conversation. */
const INSTRUCTING = new Set(['system', 'developer']);

/** Two chains of FNV-1a with different multipliers, over digests. */
class Chain {
  #low = 0x811c9dc5;
  #high = 0x01000193;

  add(token: string): void {
    for (let i = 0; i < token.length; i += 1) this.#mix(token.charCodeAt(i));
    this.#mix(0x1ff);
  }

  #mix(code: number): void {
    this.#low = Math.imul(this.#low ^ code, 0x01000193);
    this.#high = Math.imul(this.#high ^ code, 0x5bd1e995) ^ (this.#high >>> 15);
  }

  get value(): string {
    return (this.#low >>> 0).toString(36) + (this.#high >>> 0).toString(36).padStart(7, '0');
  }
}

/** Reads the roles and the digests of texts of a request, in the order in which they come. */
export class Conversation {
  readonly #points: string[] = [];
  readonly #chain = new Chain();
  /** Instructions beside the messages, which may come before or after them. */
  readonly #instructions = new Chain();
  #role = '';
  /** The first point that includes a text of the user; null before it. */
  #from: number | null = null;

  /** Takes the role of a message. */
  role(name: string): void {
    this.#role = name;
    this.#add(`:${name}`);
  }

  /** Takes the digest of a text of a message. */
  text(digest: string): void {
    if (!INSTRUCTING.has(this.#role)) this.#from ??= this.#points.length;
    this.#add(digest);
  }

  /** Takes the digest of a text beside the messages (`system`, `instructions`). */
  instruction(digest: string): void {
    this.#instructions.add(digest);
  }

  /**
   * A fingerprint for each beginning of the conversation that includes a text of the user, shortest
   * first. A conversation that continues another one has all its fingerprints. Empty without a text
   * of the user.
   */
  fingerprints(): readonly string[] {
    if (this.#from === null) return [];
    const lead = this.#instructions.value;
    return this.#points.slice(this.#from).map((point) => `${lead}.${point}`);
  }

  #add(token: string): void {
    if (this.#points.length >= MAX_POINTS) return;
    this.#chain.add(token);
    this.#points.push(this.#chain.value);
  }
}
