/** What a chosen row of the tray's menu does. */
export type TrayAction =
  /** Opens the window at an address such as `/models`; null: where it was left. */
  | { readonly kind: 'open'; readonly address: string | null }
  /** Pauses metering; null: until it is resumed. */
  | { readonly kind: 'pause'; readonly minutes: number | null }
  | { readonly kind: 'resume' }
  /** Starts a core in the place of the headless one that has ended. */
  | { readonly kind: 'startHere' }
  | { readonly kind: 'unload' | 'keep'; readonly model: string; readonly upstream: string }
  /** Shows the mini monitor, or hides it. */
  | { readonly kind: 'mini' }
  /** Lets the mini monitor take clicks again. */
  | { readonly kind: 'catchClicks' }
  | { readonly kind: 'copy'; readonly text: string }
  /** Looks for a newer version and shows what comes of it, or restarts as it. */
  | { readonly kind: 'checkUpdate' | 'restartToUpdate' }
  | { readonly kind: 'quit' };

/**
 * An entry of the tray's menu. Its key says what it is about, is unique in the whole menu and stays
 * while its text changes.
 */
export type TrayEntry =
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly label: string;
      readonly action: TrayAction;
    }
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly label: string;
      readonly entries: readonly TrayEntry[];
    }
  | { readonly kind: 'separator'; readonly key: string };

/** The entries below this one. */
export function childrenOf(entry: TrayEntry): readonly TrayEntry[] {
  return entry.kind === 'group' ? entry.entries : [];
}

/** All entries of a menu and its submenus, by their keys. */
export function byKey(entries: readonly TrayEntry[]): ReadonlyMap<string, TrayEntry> {
  const found = new Map<string, TrayEntry>();
  const add = (entry: TrayEntry): void => {
    found.set(entry.key, entry);
    childrenOf(entry).forEach(add);
  };
  entries.forEach(add);
  return found;
}

/** Equal for menus that differ in their texts and actions only. */
export function structureOf(entries: readonly TrayEntry[]): string {
  const shape = (entry: TrayEntry): unknown => [
    entry.kind,
    entry.key,
    childrenOf(entry).map(shape),
  ];
  return JSON.stringify(entries.map(shape));
}

/** `shown` with the texts and actions that the entries of the same keys have in `wanted`. */
export function withTexts(
  shown: readonly TrayEntry[],
  wanted: readonly TrayEntry[],
): readonly TrayEntry[] {
  const texts = byKey(wanted);
  const renew = (entry: TrayEntry): TrayEntry => {
    const other = texts.get(entry.key);
    if (entry.kind === 'row') return other?.kind === 'row' ? other : entry;
    if (entry.kind === 'separator') return entry;
    const label = other?.kind === 'group' ? other.label : entry.label;
    return { ...entry, label, entries: entry.entries.map(renew) };
  };
  return shown.map(renew);
}
