import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { fillRecipe, readSums, recipeTemplates } from './recipes.mjs';

const VERSION = '1.2.3';
const URL_OF_RELEASE = 'https://example.org/v1.2.3';
/** The packages that electron-builder.yml makes of this version; a test below holds them against its patterns. */
const PACKAGES = [
  ...['mac-arm64.zip', 'mac-x64.zip', 'setup-x64.exe'].map((end) => `Tokwatt-${VERSION}-${end}`),
  ...[`tokwatt_${VERSION}_amd64.deb`, `tokwatt_${VERSION}_arm64.deb`],
  ...['Tokwatt-x86_64.AppImage', 'Tokwatt-arm64.AppImage'],
];
const sums = new Map(PACKAGES.map((name, index) => [name, `${index}`.padStart(2, 'a').repeat(32)]));
const release = { version: VERSION, url: `${URL_OF_RELEASE}/`, homepage: 'https://x.org', sums };

async function filled(): Promise<Map<string, string>> {
  const all = (await recipeTemplates()).map(({ name, text }) => [name, fillRecipe(text, release)]);
  return new Map(all as [string, string][]);
}

async function recipe(name: string): Promise<string> {
  const text = (await filled()).get(name);
  if (text === undefined) throw new Error(`there is no recipe ${name}`);
  return text;
}

describe('the recipes of package managers', () => {
  test('are filled with version, addresses and checksums', async () => {
    for (const [name, text] of await filled()) {
      expect(text, name).not.toContain('@{');
      const addresses = [...text.matchAll(/https:\/\/example\.org\/v1\.2\.3\/([^\s"']+)/g)];
      for (const [, file = ''] of addresses) {
        const known = file.replace('#{version}', VERSION).replace('#{arch}', 'x64');
        expect(PACKAGES, name).toContain(known);
      }
    }
  });

  test('name packages as electron-builder.yml does', () => {
    const file = new URL('../electron-builder.yml', import.meta.url);
    const patterns = [...readFileSync(file, 'utf8').matchAll(/artifactName: (.*)/g)].map(
      ([, pattern = '']) =>
        new RegExp(
          `^${pattern
            .replaceAll('.', String.raw`\.`)
            .replaceAll('${productName}', 'Tokwatt')
            .replaceAll('${name}', 'tokwatt')
            .replaceAll('${version}', String.raw`1\.2\.3`)
            .replaceAll(/\$\{\w+\}/g, String.raw`\w+`)}$`,
        ),
    );
    for (const name of PACKAGES) expect(patterns.some((pattern) => pattern.test(name))).toBe(true);
  });

  test('a package without a checksum, and an unknown word, are refused', () => {
    const text = '@{sha256:Tokwatt-@{version}-setup-x64.exe}';
    expect(() => fillRecipe(text, { ...release, sums: new Map() })).toThrow(
      `no checksum of Tokwatt-${VERSION}-setup-x64.exe`,
    );
    expect(() => fillRecipe('@{sum}', release)).toThrow('@{sum}, which means nothing');
  });

  test('checksums are read as sha256sum prints them', () => {
    const sum = 'ab'.repeat(32);
    expect(readSums(`${sum}  a b.zip\n${sum} *./c.exe\nnonsense\n`)).toEqual(
      new Map([
        ['a b.zip', sum],
        ['c.exe', sum],
      ]),
    );
  });

  test("winget's three files are one manifest, for one user and for all", async () => {
    const files = await Promise.all(
      ['', '.installer', '.locale.en-US'].map(async (part) => {
        const text = await recipe(`winget/Tokwatt.Tokwatt${part}.yaml`);
        return parse(text) as Record<string, unknown>;
      }),
    );
    for (const file of files) {
      expect(file).toMatchObject({ PackageIdentifier: 'Tokwatt.Tokwatt', PackageVersion: VERSION });
    }
    expect(files.map((file) => file.ManifestType)).toEqual([
      'version',
      'installer',
      'defaultLocale',
    ]);
    const installers = files[1]!.Installers as Record<string, string>[];
    expect(installers.map(({ Scope }) => Scope)).toEqual(['user', 'machine']);
    const sum = sums.get(`Tokwatt-${VERSION}-setup-x64.exe`);
    expect(new Set(installers.map(({ InstallerSha256 }) => InstallerSha256))).toEqual(
      new Set([sum]),
    );
  });

  test("Flathub's manifest takes each processor's deb", async () => {
    const manifest = parse(await recipe('flathub/dev.tokwatt.app.yml')) as {
      'app-id': string;
      modules: { sources: { 'only-arches'?: string[]; sha256?: string }[] }[];
    };
    expect(manifest['app-id']).toBe('dev.tokwatt.app');
    const debs = manifest.modules[0]!.sources.filter(({ sha256 }) => sha256 !== undefined);
    expect(debs.map((deb) => [deb['only-arches']?.[0], deb.sha256])).toEqual([
      ['x86_64', sums.get(`tokwatt_${VERSION}_amd64.deb`)],
      ['aarch64', sums.get(`tokwatt_${VERSION}_arm64.deb`)],
    ]);
  });

  test.skipIf(process.platform === 'win32')(
    "AUR's summary says what its script says when bash reads it",
    async () => {
      const script = `${await recipe('aur/PKGBUILD')}
for name in pkgdesc pkgver pkgrel url install; do echo "$name = \${!name}"; done
for name in arch license depends provides conflicts options source_x86_64 sha256sums_x86_64 source_aarch64 sha256sums_aarch64; do
  declare -n list=$name
  for value in "\${list[@]}"; do echo "$name = $value"; done
done`;
      const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
      expect(stderr).toBe('');
      const summary = await recipe('aur/.SRCINFO');
      const lines = summary.split('\n').filter((line) => line.startsWith('\t'));
      expect(lines.map((line) => line.trim()).toSorted()).toEqual(
        stdout.trim().split('\n').toSorted(),
      );
      const hooks = await recipe('aur/tokwatt.install');
      expect(spawnSync('bash', ['-n'], { input: hooks, encoding: 'utf8' }).stderr).toBe('');
    },
  );

  test("Nix's hashes are in base64, and Homebrew's of both processors", async () => {
    const bytes = Buffer.from(sums.get('Tokwatt-x86_64.AppImage')!, 'hex');
    expect(await recipe('nix/package.nix')).toContain(`"sha256-${bytes.toString('base64')}"`);
    const cask = await recipe('homebrew/tokwatt.rb');
    expect(cask).toContain(`arm:   "${sums.get(`Tokwatt-${VERSION}-mac-arm64.zip`)}"`);
    expect(cask).toContain(`intel: "${sums.get(`Tokwatt-${VERSION}-mac-x64.zip`)}"`);
  });
});
