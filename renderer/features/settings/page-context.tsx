import { createContext, use } from 'react';
import type { JSX, ReactNode } from 'react';
import type { SettingsView } from '../../../shared/ipc.ts';
import type { LoadedSettings } from './use-settings.ts';

interface Editable {
  readonly view: SettingsView;
  readonly update: LoadedSettings['update'];
}

const EditableContext = createContext<Editable | null>(null);

/** Gives the settings to the controls below. */
export function EditableSettings({
  children,
  ...settings
}: Editable & { readonly children: ReactNode }): JSX.Element {
  return <EditableContext value={settings}>{children}</EditableContext>;
}

/** The settings, and the function that changes them. */
export function useEditable(): Editable {
  const settings = use(EditableContext);
  if (settings === null) throw new Error('EditableSettings is missing above this component');
  return settings;
}
