import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { targets } from './targets.mjs';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly 'runs-on': string;
  readonly strategy?: { readonly matrix: { readonly include: readonly { arch: string }[] } };
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, { readonly inputs?: { dry_run: { default: boolean } } }>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (name: string): string =>
  readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const release = parse(read('.github/workflows/release.yml')) as Workflow;
const ci = parse(read('.github/workflows/ci.yml')) as Workflow;

/** The commands of a job, each with the processors of its matrix. */
function commands({ strategy, steps }: Job): string[] {
  const arches = strategy?.matrix.include?.map(({ arch }) => arch) ?? [''];
  return steps.flatMap(({ run = '' }) =>
    arches.map((arch) => run.replaceAll('${{ matrix.arch }}', arch)),
  );
}

/** What a command `npm run package -- …` makes: `deb x64`, … */
function made(command: string): string[] {
  const words = /npm run package -- (.*)/.exec(command)?.[1]?.split(' ') ?? [];
  const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
  const names = words.filter((word) => targets.some(({ name }) => name === word));
  return names.flatMap((name) => flags.map((flag) => `${name} ${flag}`));
}

function configured(): string[] {
  const configuration = parse(read('electron-builder.yml')) as Record<
    string,
    { target: { target: string; arch: string[] }[] }
  >;
  return ['linux', 'mac', 'win'].flatMap((system) =>
    configuration[system]!.target.flatMap(({ target, arch }) =>
      arch.map((one) => `${target} ${one}`),
    ),
  );
}

/** All jobs that a job waits for, also by way of others. */
function needsOf(name: string): string[] {
  const direct = [release.jobs[name]!.needs ?? []].flat();
  return [...direct, ...direct.flatMap(needsOf)];
}

describe('the workflow of a release', () => {
  test('builds every configured target for each of its processors, and the package for npm', () => {
    const all = Object.values(release.jobs).flatMap(commands).flatMap(made);
    expect(all.toSorted()).toEqual([...configured(), 'npm check'].toSorted());
  });

  test('builds each target on its own system', () => {
    const systems = { linux: /^\$\{\{ matrix\.os \}\}$/, mac: /matrix\.os/, windows: /^windows-/ };
    const platforms = { linux: 'linux', mac: 'darwin', windows: 'win32' };
    for (const [job, pattern] of Object.entries(systems)) {
      expect(release.jobs[job]!['runs-on']).toMatch(pattern);
      const names = commands(release.jobs[job]!).flatMap(made);
      for (const name of names) {
        const target = targets.find((one) => name.startsWith(`${one.name} `));
        expect(target?.platform).toBe(platforms[job as keyof typeof platforms]);
      }
      expect(names).not.toEqual([]);
    }
  });

  test('tries what it has built, and publishes nothing before all of it', () => {
    for (const job of ['linux', 'mac', 'windows', 'npm']) {
      expect(needsOf('publish')).toContain(job);
      const tried = /-- e2e|-- prove|try-packaged|--check/;
      expect(commands(release.jobs[job]!).some((command) => tried.test(command))).toBe(true);
    }
  });

  test('is a dry run when started by hand, which never publishes', () => {
    expect(release.on.workflow_dispatch?.inputs?.dry_run.default).toBe(true);
    const publishing = Object.entries(release.jobs).filter(([, { steps }]) =>
      steps.some(({ run = '', uses = '' }) => /gh release|npm publish|attest/.test(run + uses)),
    );
    expect(publishing.map(([name]) => name)).toEqual(['publish']);
    // Both must hold, so neither a branch nor a dry run reaches it.
    expect(release.jobs.publish?.if).toBe(
      "${{ startsWith(github.ref, 'refs/tags/v') && inputs.dry_run != true }}",
    );
    const draft = release.jobs.publish?.steps.find(({ run }) => run?.includes('gh release'))?.run;
    expect(draft).toContain('--draft');
  });

  test('publishes checksums, the list of what is inside and the proof of where it was built', () => {
    expect(commands(release.jobs.collect!).join()).toMatch(/sha256sum .*SHA256SUMS/);
    expect(commands(release.jobs.npm!).join()).toContain('npm sbom --sbom-format cyclonedx');
    const attested = release.jobs.publish?.steps.find(({ uses }) => uses?.includes('/attest-'));
    expect(attested?.with?.['subject-checksums']).toBe('assets/SHA256SUMS');
  });
});

describe.each([
  ['release', release],
  ['ci', ci],
])('the workflow %s', (_, workflow) => {
  const jobs = Object.entries(workflow.jobs);
  const steps = jobs.flatMap(([, job]) => job.steps);

  test('may read only, except the job that publishes', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const more = jobs.filter(([, { permissions }]) =>
      Object.values(permissions ?? {}).includes('write'),
    );
    expect(more.map(([name]) => name)).toEqual(workflow === release ? ['publish'] : []);
    expect(Object.keys(release.jobs.publish?.permissions ?? {}).toSorted()).toEqual([
      'attestations',
      'contents',
      'id-token',
    ]);
  });

  test('names actions by commit, and leaves no credentials in a checkout', () => {
    for (const { uses, with: given } of steps.filter((step) => step.uses !== undefined)) {
      expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      if (uses!.startsWith('actions/checkout@')) expect(given?.['persist-credentials']).toBe(false);
    }
  });

  test('puts nothing of outside into a script, and secrets only where packages are signed', () => {
    for (const { run = '', env = {} } of steps) {
      expect(run.replaceAll('${{ matrix.arch }}', '')).not.toContain('${{');
      // Whether there is one is no secret.
      const secrets = Object.values(env).filter((value) => value.includes('secrets.'));
      const hasSecret = secrets.some((value) => !value.endsWith(" != '' }}"));
      if (hasSecret) expect(run).toMatch(/^node scripts\/package\/with-secrets\.mjs /);
    }
  });
});
