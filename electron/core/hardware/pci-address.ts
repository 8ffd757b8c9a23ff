const PCI_ADDRESS = /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/i;

/**
 * One form for the ways in which tools write a PCI address (`00000000:01:00.0`, `0000:01:00.0`,
 * `01:00.0`, in any case): domain with at least four digits, in lower case. Null for any other text.
 */
export function normalPciAddress(text: string | null | undefined): string | null {
  const parts = PCI_ADDRESS.exec(text?.trim() ?? '');
  if (parts === null) return null;
  const [, domain = '0', bus = '', device = '', slot = ''] = parts;
  const digits = Number.parseInt(domain, 16).toString(16).padStart(4, '0');
  return `${digits}:${bus}:${device}.${slot}`.toLowerCase();
}
