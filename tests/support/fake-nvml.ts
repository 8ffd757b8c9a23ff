import { execFileSync, spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Why the library cannot be built here; null if it can. */
export const FAKE_NVML_OBSTACLE =
  process.platform !== 'linux'
    ? 'the fake driver library is built on Linux only'
    : spawnSync('cc', ['--version']).status === 0
      ? null
      : 'there is no C compiler';

/** The answers of a GPU by key, as fake-nvml.c describes them. */
export type FakeAnswers = Readonly<Record<string, string | number>>;

/** NVIDIA's library as a driver of two GPUs would have it, in a folder of its own. */
export class FakeNvml {
  readonly #answers: string;
  /** What a process needs to find the library. */
  readonly env: Record<string, string>;

  constructor(folder: string) {
    this.#answers = join(folder, 'answers');
    this.env = { LD_LIBRARY_PATH: folder, FAKE_NVML: this.#answers };
    const source = join(import.meta.dirname, 'fake-nvml.c');
    const library = join(folder, 'libnvidia-ml.so.1');
    execFileSync('cc', ['-shared', '-fPIC', '-Wall', '-Werror', '-o', library, source]);
  }

  /** Sets all answers. */
  answer(answers: FakeAnswers): void {
    const lines = Object.entries(answers).map(([key, value]) => `${key} ${value}\n`);
    // The library reads it at any time, and must not see a part of it.
    writeFileSync(`${this.#answers}.new`, lines.join(''));
    renameSync(`${this.#answers}.new`, this.#answers);
  }
}
