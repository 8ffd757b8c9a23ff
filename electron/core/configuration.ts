import type { CoreOptions } from './core-contract.ts';
import type { JsonDocument } from './json-document.ts';
import type { Warnings } from './live/warnings.ts';
import { LiveAccessRules } from './proxy/access.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { UpstreamKeys } from './settings/upstream-keys.ts';
import { settingsFault } from './startup/settings-check.ts';
import { SettingsFile } from './startup/settings-file.ts';

export interface ConfigurationOptions extends Pick<CoreOptions, 'config' | 'store' | 'log'> {
  readonly warnings: Warnings;
  /** The keys of these upstreams have changed. */
  readonly onKeys: (upstreams: readonly string[]) => void;
  /** The settings have changed. */
  readonly onChange: () => void;
}

/** The settings with everything that belongs to them: the file, the keys, the access rules. */
export class Configuration {
  readonly settings: SettingsStore;
  readonly keys: UpstreamKeys;
  readonly access: LiveAccessRules;
  readonly #options: ConfigurationOptions;
  readonly #file: SettingsFile;
  #version = 0;

  constructor(options: ConfigurationOptions) {
    const { config, store, log, warnings } = options;
    this.#options = options;
    this.keys = new UpstreamKeys({
      store: store.secrets,
      log,
      onWarning: warnings.warn,
      onChange: options.onKeys,
    });
    this.#file = new SettingsFile({
      path: store.settings.path,
      document: store.settings.read(),
      log,
      tell: warnings.tell,
    });
    this.settings = new SettingsStore({
      ...config,
      edited: this.#file,
      document: store.settings,
      check: settingsFault,
      keys: this.keys,
      log,
    });
    this.access = new LiveAccessRules(this.settings.current);
    this.settings.onChange((changed) => {
      this.#version += 1;
      this.access.apply(changed);
      options.onChange();
    });
  }

  /** The number of changes since the start. A reader that sees a new one reads the settings again. */
  get version(): number {
    return this.#version;
  }

  /** The document of the ports that were taken over. */
  get takeovers(): JsonDocument {
    return this.#options.store.takeovers;
  }

  /** Reads the keys. Must be called before the settings are used by a listener. */
  async open(): Promise<void> {
    await this.keys.open(this.#options.store.settings);
  }

  /** Follows edits of the file, starting with those that were made while the core started. */
  watch(): void {
    this.#file.watch(() => void this.settings.reload());
    void this.settings.reload();
  }

  close(): void {
    this.#file.close();
  }
}
