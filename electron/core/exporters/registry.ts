import type { Settings } from '../../../shared/settings.ts';
import type { ExporterState } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Exporter, ExporterContext } from './exporter.ts';
import { createReporter, currentPayload, previewReport } from './reporter/reporter.ts';
import type { Report } from './reporter/reporter.ts';
import { createSinks } from './databases/database-exporters.ts';

type Section = 'otlp' | 'sinks' | 'reporter';
type SectionSettings = Pick<Settings, Section>;
/** Creates the exporters of one section of the settings; none if it is off. */
type Maker = (
  context: ExporterContext,
  settings: SectionSettings,
) => readonly Exporter[] | Promise<readonly Exporter[]>;

const MAKERS: Readonly<Record<Section, Maker>> = {
  // OpenTelemetry's libraries take megabytes, and few use them.
  otlp: async (context, { otlp }) =>
    otlp.url === null ? [] : (await import('./otlp/otlp.ts')).createOtlp(context, otlp),
  sinks: (context, { sinks }) => createSinks(context, sinks),
  reporter: (context, { reporter }) => createReporter(context, reporter, currentPayload(context)),
};

/** All running exporters. When a section's settings change, its exporters are replaced. */
export class ExporterRegistry {
  readonly #context: ExporterContext;
  readonly #running = new Map<Section, { settings: string; exporters: readonly Exporter[] }>();
  /** Changes of one section run in sequence, because stopping takes time. */
  readonly #changes = new Map<Section, Promise<void>>();
  /** What finished while the exporters of a section are loaded. */
  readonly #early = new Map<Section, ActivityRecord[]>();
  #isOver = false;

  constructor(context: ExporterContext) {
    this.#context = context;
  }

  get states(): readonly ExporterState[] {
    return this.#all().map(({ state }) => state);
  }

  /** The exact report that the reporter would send now, whether it is on or off. */
  previewReport({ reporter }: Pick<Settings, 'reporter'>): Report {
    const { memory } = this.#context;
    return previewReport(
      memory('reporter'),
      reporter.url,
      currentPayload(this.#context),
      Date.now(),
    );
  }

  observe(record: ActivityRecord): void {
    for (const early of this.#early.values()) early.push(record);
    for (const exporter of this.#all()) exporter.observe?.(record);
  }

  /** Starts, replaces and stops exporters according to the settings. */
  async apply(settings: SectionSettings, limitMs: number): Promise<void> {
    await Promise.all(sections().map((section) => this.#queue(section, settings, limitMs)));
  }

  async stop(limitMs: number): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all().map((exporter) => exporter.stop(limitMs, 'quit')));
    this.#running.clear();
  }

  #queue(section: Section, settings: SectionSettings, limitMs: number): Promise<void> {
    const next = (this.#changes.get(section) ?? Promise.resolve())
      .then(() => this.#applySection(section, settings, limitMs))
      .catch((error: unknown) => {
        this.#context.log.error(
          { error: String(error), section },
          'exporters could not be changed',
        );
      });
    this.#changes.set(section, next);
    return next;
  }

  async #applySection(section: Section, settings: SectionSettings, limitMs: number): Promise<void> {
    const text = JSON.stringify(settings[section]);
    const before = this.#running.get(section);
    if (this.#hasEnded() || before?.settings === text) return;
    await Promise.all(
      (before?.exporters ?? []).map((exporter) => exporter.stop(limitMs, 'settings')),
    );
    if (this.#hasEnded()) return;
    const { exporters, early } = await this.#make(section, settings);
    if (this.#hasEnded()) return;
    this.#running.set(section, { settings: text, exporters });
    for (const exporter of exporters) {
      exporter.start();
      for (const record of early) exporter.observe?.(record);
    }
    this.#context.onChange();
  }

  /** Loads and makes exporters. `early` is what finished meanwhile. */
  async #make(
    section: Section,
    settings: SectionSettings,
  ): Promise<{ exporters: readonly Exporter[]; early: readonly ActivityRecord[] }> {
    const early: ActivityRecord[] = [];
    this.#early.set(section, early);
    try {
      return { exporters: await MAKERS[section](this.#context, settings), early };
    } finally {
      this.#early.delete(section);
    }
  }

  /** A method, so that the value is read again after each wait. */
  #hasEnded(): boolean {
    return this.#isOver;
  }

  #all(): Exporter[] {
    return [...this.#running.values()].flatMap(({ exporters }) => exporters);
  }
}

function sections(): Section[] {
  return Object.keys(MAKERS) as Section[];
}
