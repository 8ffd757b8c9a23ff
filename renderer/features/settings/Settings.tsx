import type { JSX } from 'react';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { About } from './About.tsx';
import { AlertsSection } from './AlertsSection.tsx';
import { ApiSection } from './ApiSection.tsx';
import { ExportersSection } from './ExportersSection.tsx';
import { ReporterSection } from './ReporterSection.tsx';
import css from './settings.module.css';
import { UpdatesSection } from './UpdatesSection.tsx';
import { UpstreamsSection } from './UpstreamsSection.tsx';
import { useSettings } from './use-settings.ts';

/** The settings page. Other settings are only in the settings file. */
export function Settings(): JSX.Element {
  const settings = useSettings();
  const { status, view, error, load } = settings;
  return (
    <div className={css.page}>
      <h2 className={css.hidden}>Settings</h2>
      {status === 'failed' && (
        <div role="alert">
          <Banner tone="bad" action={<Button onClick={load}>Try again</Button>}>
            The settings could not be read. {error}
          </Banner>
        </div>
      )}
      <ApiSection view={view} />
      {view !== null && <UpstreamsSection view={view} update={settings.update} />}
      <AlertsSection settings={settings} />
      <ExportersSection />
      {view !== null && <ReporterSection saved={view.settings.reporter} settings={settings} />}
      {view !== null && <UpdatesSection saved={view.settings.updates} settings={settings} />}
      <About view={view} />
    </div>
  );
}
