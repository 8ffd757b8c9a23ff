/**
 * The row of each item in a list whose rows must not move: an item keeps its row until it is gone, and a new one takes
 * the first free row. Null is an empty row.
 */
export function assignSlots(
  before: readonly (string | null)[],
  ids: readonly string[],
  visible: number,
): readonly (string | null)[] {
  const present = new Set(ids);
  const slots = before.map((id) => (id !== null && present.has(id) ? id : null));
  const placed = new Set(slots);
  const place = (id: string): void => {
    const free = slots.indexOf(null);
    if (free === -1) slots.push(id);
    else slots[free] = id;
  };
  for (const id of ids) if (!placed.has(id)) place(id);
  // Whatever is out of sight moves up into rows that became free.
  for (let from = slots.length - 1; from >= visible; from -= 1) {
    const id = slots[from] ?? null;
    const free = slots.indexOf(null);
    if (id === null || free === -1 || free >= visible) continue;
    slots[free] = id;
    slots[from] = null;
  }
  while (slots.at(-1) === null) slots.pop();
  return slots;
}
