import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  autostartFile,
  isAutostarted,
  removeAutostart,
  writeAutostart,
} from './autostart-entry.ts';

describe('the autostart entry', () => {
  let file: string;

  beforeEach(() => {
    file = autostartFile({ XDG_CONFIG_HOME: mkdtempSync(join(tmpdir(), 'tokwatt-autostart-')) });
  });

  it('lies in the folder for settings, by default in the home folder', () => {
    expect(autostartFile({ XDG_CONFIG_HOME: '/x' })).toBe('/x/autostart/tokwatt.desktop');
    const usual = join(homedir(), '.config', 'autostart', 'tokwatt.desktop');
    expect(autostartFile({})).toBe(usual);
    expect(autostartFile({ XDG_CONFIG_HOME: 'relative' })).toBe(usual);
  });

  it('is written and removed', () => {
    expect(isAutostarted(file)).toBe(false);
    writeAutostart(file, ['/opt/Tokwatt/tokwatt', '--hidden']);
    expect(isAutostarted(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/opt/Tokwatt/tokwatt" "--hidden"\n');
    removeAutostart(file);
    expect(isAutostarted(file)).toBe(false);
    removeAutostart(file);
  });

  it('quotes what a path may contain', () => {
    writeAutostart(file, ['/home/a b/100% $x`"\\.AppImage']);
    expect(readFileSync(file, 'utf8')).toContain(
      String.raw`Exec="/home/a b/100%% \\$x\\` + '`' + String.raw`\\"\\\\.AppImage"`,
    );
  });

  it.each(['Hidden=true', 'X-GNOME-Autostart-enabled=false'])('is off with %s', (line) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `[Desktop Entry]\nType=Application\n${line}\n`);
    expect(isAutostarted(file)).toBe(false);
  });
});
