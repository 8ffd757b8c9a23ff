/** The fonts of pictures: always the same few files, whatever else is installed. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Debian's package fonts-dejavu-core, which `npm test` installs with the browser. */
const FOLDER = '/usr/share/fonts/truetype/dejavu';
const FILES = ['DejaVuSans', 'DejaVuSans-Bold', 'DejaVuSansMono', 'DejaVuSansMono-Bold'];

/** Null if the fonts are there, else the reason. */
export function fontObstacle(): string | null {
  const missing = FILES.filter((name) => !existsSync(join(FOLDER, `${name}.ttf`)));
  return missing.length === 0 ? null : `fonts-dejavu-core is missing: no ${missing.join(', ')}`;
}

export interface PictureFonts {
  /** For the environment of a browser. */
  readonly env: Readonly<Record<string, string>>;
  readonly dispose: () => void;
}

/** A configuration of fontconfig with these fonts alone, and with fixed hints and edges. */
export function pictureFonts(): PictureFonts {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-fonts-'));
  const fonts = join(folder, 'fonts');
  mkdirSync(fonts);
  for (const name of FILES) {
    symlinkSync(join(FOLDER, `${name}.ttf`), join(fonts, `${name}.ttf`));
  }
  const path = join(folder, 'fonts.conf');
  writeFileSync(path, configuration(fonts, join(folder, 'cache')));
  return {
    env: { FONTCONFIG_FILE: path },
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(fonts: string, cache: string): string {
  const alias = (from: string, to: string): string =>
    `<alias binding="same"><family>${from}</family><prefer><family>${to}</family></prefer></alias>`;
  const fixed = (name: string, value: string): string =>
    `<edit name="${name}" mode="assign">${value}</edit>`;
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${cache}</cachedir>
  ${alias('monospace', 'DejaVu Sans Mono')}
  ${alias('system-ui', 'DejaVu Sans')}
  ${alias('sans-serif', 'DejaVu Sans')}
  <match target="font">
    ${fixed('antialias', '<bool>true</bool>')}
    ${fixed('hinting', '<bool>true</bool>')}
    ${fixed('hintstyle', '<const>hintslight</const>')}
    ${fixed('rgba', '<const>none</const>')}
  </match>
</fontconfig>
`;
}
