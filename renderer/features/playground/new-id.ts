let last = 0;

/** A name that no other thing of this window has. A page that is not HTTPS has no `randomUUID`. */
export function newId(): string {
  last += 1;
  return `${Date.now().toString(36)}-${last}`;
}
