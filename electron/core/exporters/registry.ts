import type { Settings } from '../../../shared/settings.ts';
import type { OutletState } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Outlet, OutletContext } from './exporter.ts';
import { createOtlp } from './otlp/otlp.ts';
import { createReporter, currentPayload, previewReport } from './reporter/reporter.ts';
import type { Report } from './reporter/reporter.ts';
import { createSinks } from './databases/database-exporters.ts';

type Section = 'otlp' | 'sinks' | 'reporter';
type SectionSettings = Pick<Settings, Section>;
/** Makes the outlets of one section of the settings; none where it is off. */
type Maker = (context: OutletContext, settings: SectionSettings) => readonly Outlet[];

const MAKERS: Readonly<Record<Section, Maker>> = {
  otlp: (context, { otlp }) => createOtlp(context, otlp),
  sinks: (context, { sinks }) => createSinks(context, sinks),
  reporter: (context, { reporter }) => createReporter(context, reporter, currentPayload(context)),
};

/** All outlets. A section whose settings change is stopped and made anew. */
export class Outlets {
  readonly #context: OutletContext;
  readonly #running = new Map<Section, { settings: string; outlets: readonly Outlet[] }>();
  /** A section's changes, one after the other: stopping takes a while, and the next one must see it. */
  readonly #changes = new Map<Section, Promise<void>>();
  #isOver = false;

  constructor(context: OutletContext) {
    this.#context = context;
  }

  get states(): readonly OutletState[] {
    return this.#all().map(({ state }) => state);
  }

  /** Exactly what the reporter would send now, be it on or off. */
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
    for (const outlet of this.#all()) outlet.observe?.(record);
  }

  /** Starts what the settings name, and what they changed. */
  async apply(settings: SectionSettings, limitMs: number): Promise<void> {
    await Promise.all(sections().map((section) => this.#queue(section, settings, limitMs)));
  }

  async stop(limitMs: number): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all().map((outlet) => outlet.stop(limitMs, 'quit')));
    this.#running.clear();
  }

  #queue(section: Section, settings: SectionSettings, limitMs: number): Promise<void> {
    const next = (this.#changes.get(section) ?? Promise.resolve())
      .then(() => this.#applySection(section, settings, limitMs))
      .catch((error: unknown) => {
        this.#context.log.error({ error: String(error), section }, 'outlets could not be changed');
      });
    this.#changes.set(section, next);
    return next;
  }

  async #applySection(section: Section, settings: SectionSettings, limitMs: number): Promise<void> {
    const text = JSON.stringify(settings[section]);
    const before = this.#running.get(section);
    if (this.#hasEnded() || before?.settings === text) return;
    await Promise.all((before?.outlets ?? []).map((outlet) => outlet.stop(limitMs, 'settings')));
    if (this.#hasEnded()) return;
    const outlets = MAKERS[section](this.#context, settings);
    this.#running.set(section, { settings: text, outlets });
    for (const outlet of outlets) outlet.start();
    this.#context.onChange();
  }

  /** Asked again after each wait. */
  #hasEnded(): boolean {
    return this.#isOver;
  }

  #all(): Outlet[] {
    return [...this.#running.values()].flatMap(({ outlets }) => outlets);
  }
}

function sections(): Section[] {
  return Object.keys(MAKERS) as Section[];
}
