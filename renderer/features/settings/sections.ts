/** The sections of the page, in the order of its list. Their names are parts of addresses. */
export const SECTIONS = [
  'upstreams',
  'connections',
  'appearance',
  'captures',
  'retention',
  'cost',
  'hardware',
  'alerts',
  'notifications',
  'exporters',
  'api',
  'updates',
  'about',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** The section that a part of the address names; null for none or an unknown one. */
export function sectionNamed(part: string | null): SectionName | null {
  return SECTIONS.find((each) => each === part) ?? null;
}
