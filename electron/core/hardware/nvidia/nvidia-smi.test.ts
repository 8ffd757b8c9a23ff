import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { englishOf } from '../../../../shared/sentences.ts';
import { createNvidiaSmiSource } from './nvidia-smi.ts';
import { findNvidiaSmi } from './nvidia-smi-path.ts';
import type { GpuSourceEvents, GpuSourceRun, SourceReading } from '../source.ts';

let folder: string;
let run: GpuSourceRun | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokwatt-smi-'));
});

afterEach(async () => {
  await run?.stop();
  run = null;
  await rm(folder, { recursive: true, force: true });
});

/** A fake tool with the real one's name that runs a shell script. */
async function tool(script: string, path = join(folder, 'nvidia-smi')): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

interface Heard {
  readonly blocks: (readonly SourceReading[])[];
  readonly ended: Promise<string>;
  readonly block: (count: number) => Promise<void>;
}

function listen(path: string | undefined, intervalMs = 1000): Heard {
  const blocks: (readonly SourceReading[])[] = [];
  let wake = (): void => undefined;
  let end: (note: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const source = createNvidiaSmiSource(path === undefined ? {} : { path });
  const events: GpuSourceEvents = {
    readings: (gpus) => {
      blocks.push(gpus);
      wake();
    },
    ended: (note) => {
      end(englishOf(note));
    },
  };
  run = source.open(events, intervalMs);
  return {
    blocks,
    ended,
    block: async (count) => {
      while (blocks.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

const line = (index: number, watts: number): string =>
  `${index}, GPU-${index}, 5, 10, 100, 40, ${watts}, [N/A], ${watts}, 300.00, 300.00, 8.9, 00000000:01:00.0, NVIDIA L4`;

const FIELDS =
  'index,uuid,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,power.draw.average,power.draw.instant,power.limit,enforced.power.limit,compute_cap,pci.bus_id,name';
const BASIC_FIELDS =
  'index,uuid,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw,power.limit,pci.bus_id,name';

/** A script for a driver that knows the basic fields only, and notes how it was called. */
const oldDriver = (output: string): string => `echo "$1" >> ${folder}/calls
case "$1" in *power.draw.instant*)
  echo 'Field "power.draw.average" is not a valid field to query.'; echo; exit 2;;
esac
${output}`;

const OLD_LINE = '0, GPU-0, 5, 10, 100, 40, 77.00, 300.00, 00000000:01:00.0, NVIDIA T4';

async function queries(): Promise<string[]> {
  const calls = await readFile(`${folder}/calls`, 'utf8');
  return calls.trim().split('\n');
}

describe.skipIf(process.platform === 'win32')(
  'nvidia-smi source, with a real child process',
  () => {
    it('reads all figures in one long-running call', async () => {
      const path = await tool(`echo "$@" > ${folder}/args; echo "${line(0, 1)}"; exec sleep 60`);
      const { block } = listen(path, 250);
      await block(1);
      expect((await readFile(`${folder}/args`, 'utf8')).trim()).toBe(
        `--query-gpu=${FIELDS} --format=csv,noheader,nounits --loop-ms=250`,
      );
    });

    it('splits the lines into blocks where the indexes start again', async () => {
      const rows = [line(0, 1), line(1, 2), line(0, 3), line(1, 4)].join('\\n');
      const path = await tool(`printf '${rows}\\n'; exec sleep 60`);
      const { blocks, block } = listen(path);
      await block(2);
      expect(blocks.map((gpus) => gpus.map((gpu) => gpu.powerW))).toEqual([
        [1, 2],
        [3, 4],
      ]);
    });

    it('delivers a block after a pause, before the next one starts', async () => {
      const path = await tool(`echo "${line(0, 1)}"; echo "${line(1, 2)}"; exec sleep 60`);
      const { blocks, block } = listen(path);
      await block(1);
      expect(blocks[0]?.map((gpu) => gpu.index)).toEqual([0, 1]);
    });

    it('waits for the rest of a line that comes in pieces', async () => {
      const whole = line(0, 77);
      const path = await tool(
        `printf '${whole.slice(0, 20)}'; sleep 0.2; printf '${whole.slice(20)}\\n'; exec sleep 60`,
      );
      const { blocks, block } = listen(path);
      await block(1);
      expect(blocks[0]).toHaveLength(1);
      expect(blocks[0]?.[0]?.powerW).toBe(77);
    });

    it('ends with the exit code and the last output of the tool', async () => {
      const path = await tool(`echo "Failed to initialize NVML: Driver mismatch"; exit 18`);
      await expect(listen(path).ended).resolves.toBe(
        'nvidia-smi ended (exit code 18): Failed to initialize NVML: Driver mismatch',
      );
    });

    it('delivers the output before the tool died', async () => {
      const path = await tool(`echo "${line(0, 5)}"; exit 0`);
      const { blocks, ended } = listen(path);
      await expect(ended).resolves.toBe('nvidia-smi ended (exit code 0)');
      expect(blocks.map((gpus) => gpus[0]?.powerW)).toEqual([5]);
    });

    it('asks an old driver again, once, for the fields that it knows', async () => {
      const path = await tool(oldDriver(`echo "${OLD_LINE}"; exec sleep 60`));
      const { blocks, block } = listen(path);
      await block(1);
      expect(blocks[0]?.[0]).toMatchObject({ powerW: 77, name: 'NVIDIA T4' });
      expect(await queries()).toEqual([`--query-gpu=${FIELDS}`, `--query-gpu=${BASIC_FIELDS}`]);
    });

    it('remembers in later runs what the driver knows', async () => {
      const path = await tool(oldDriver(`echo "${OLD_LINE}"; exit 0`));
      const source = createNvidiaSmiSource({ path });
      for (const calls of [2, 3]) {
        await new Promise<void>((resolve) => {
          run = source.open({ readings: () => undefined, ended: () => resolve() }, 1000);
        });
        expect(await queries()).toHaveLength(calls);
      }
      expect((await queries()).at(-1)).toBe(`--query-gpu=${BASIC_FIELDS}`);
    });

    it('gives up if the basic fields are rejected too', async () => {
      const path = await tool(
        `echo "$1" >> ${folder}/calls; echo 'Field "uuid" is not a valid field to query.'; exit 2`,
      );
      await expect(listen(path).ended).resolves.toBe(
        'nvidia-smi ended (exit code 2): Field "uuid" is not a valid field to query.',
      );
      expect(await queries()).toHaveLength(2);
    });

    it('starts nothing more if stopped while the driver rejects the query', async () => {
      const path = await tool(`trap '' TERM; echo > ${folder}/up; sleep 0.2\n${oldDriver('')}`);
      listen(path);
      while (!existsSync(`${folder}/up`)) await new Promise((resolve) => setTimeout(resolve, 5));
      await run?.stop();
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await queries()).toHaveLength(1);
    });

    it('says that the tool is missing', async () => {
      await expect(listen(join(folder, 'absent')).ended).resolves.toBe(
        'nvidia-smi is not installed',
      );
    });

    it('leaves no process behind when stopped, not even one that ignores the request', async () => {
      const path = await tool(
        `echo $$ > ${folder}/pid; trap '' TERM; echo "${line(0, 1)}"; while :; do sleep 0.1; done`,
      );
      const { block } = listen(path);
      await block(1);
      const pid = Number(await readFile(`${folder}/pid`, 'utf8'));
      expect(() => process.kill(pid, 0)).not.toThrow();
      await run?.stop();
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    });
  },
);

describe.skipIf(process.platform === 'win32')('search for nvidia-smi', () => {
  it('uses the first executable on the PATH', async () => {
    const [first, second, third] = ['a', 'b', 'c'].map((name) => join(folder, name));
    await Promise.all([first, second, third].map((path) => mkdir(path ?? '')));
    await writeFile(join(first ?? '', 'nvidia-smi'), 'not executable');
    const wanted = await tool('', join(second ?? '', 'nvidia-smi'));
    await tool('', join(third ?? '', 'nvidia-smi'));
    const env = { PATH: `${first}::${second}:${third}` };
    expect(await findNvidiaSmi({ platform: 'linux', env })).toBe(wanted);
  });

  it('finds nothing if there is no tool', async () => {
    expect(await findNvidiaSmi({ platform: 'win32', env: { SystemRoot: folder } })).toBeNull();
  });

  it('uses the newest driver package on Windows if System32 has none', async () => {
    const repository = join(folder, 'System32', 'DriverStore', 'FileRepository');
    for (const name of ['nv_old.inf', 'NV_new.inf', 'nv_empty.inf', 'other.inf']) {
      await mkdir(join(repository, name), { recursive: true });
      if (name === 'nv_empty.inf') continue;
      const path = await tool('', join(repository, name, 'nvidia-smi.exe'));
      const at = name === 'nv_old.inf' ? 1000 : name === 'NV_new.inf' ? 2000 : 3000;
      await utimes(path, at, at);
    }
    const env = { SystemRoot: folder };
    expect(await findNvidiaSmi({ platform: 'win32', env })).toBe(
      join(repository, 'NV_new.inf', 'nvidia-smi.exe'),
    );
    const first = await tool('', join(folder, 'System32', 'nvidia-smi.exe'));
    expect(await findNvidiaSmi({ platform: 'win32', env })).toBe(first);
  });
});
