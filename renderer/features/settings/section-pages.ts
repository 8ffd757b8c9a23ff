import type { ComponentType } from 'react';
import { AboutSection } from './sections/AboutSection.tsx';
import { AlertsSection } from './sections/AlertsSection.tsx';
import { ApiSection } from './sections/ApiSection.tsx';
import { AppearanceSection } from './sections/AppearanceSection.tsx';
import { CapturesSection } from './sections/CapturesSection.tsx';
import { ConnectionsSection } from './sections/ConnectionsSection.tsx';
import { CostSection } from './sections/CostSection.tsx';
import { ExportersSection } from './sections/ExportersSection.tsx';
import { HardwareSection } from './sections/HardwareSection.tsx';
import { NotificationsSection } from './sections/NotificationsSection.tsx';
import { RetentionSection } from './sections/RetentionSection.tsx';
import { UpdatesSection } from './sections/UpdatesSection.tsx';
import { UpstreamsSection } from './sections/UpstreamsSection.tsx';
import type { SectionName } from './sections.ts';

interface SectionPage {
  readonly Component: ComponentType;
  /** False if it is shown without the settings too, which take the token. */
  readonly needsSettings: boolean;
}

/** What each section shows. */
export const SECTION_PAGES: Readonly<Record<SectionName, SectionPage>> = {
  upstreams: { Component: UpstreamsSection, needsSettings: true },
  connections: { Component: ConnectionsSection, needsSettings: false },
  appearance: { Component: AppearanceSection, needsSettings: true },
  captures: { Component: CapturesSection, needsSettings: true },
  retention: { Component: RetentionSection, needsSettings: true },
  cost: { Component: CostSection, needsSettings: true },
  hardware: { Component: HardwareSection, needsSettings: true },
  alerts: { Component: AlertsSection, needsSettings: true },
  notifications: { Component: NotificationsSection, needsSettings: true },
  exporters: { Component: ExportersSection, needsSettings: true },
  api: { Component: ApiSection, needsSettings: true },
  updates: { Component: UpdatesSection, needsSettings: true },
  about: { Component: AboutSection, needsSettings: false },
};
