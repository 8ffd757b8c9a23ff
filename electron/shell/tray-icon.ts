import { join } from 'node:path';
import { nativeImage } from 'electron';
import type { NativeImage } from 'electron';
import type { TrayIconKey } from './tray-model.ts';

/** Returns a tray image. Each file is read once. */
export type TrayIcons = (key: TrayIconKey) => NativeImage;

/**
 * The tray's images in each platform's form: on macOS a template image, which the system colours; on
 * Windows an icon file with several sizes; elsewhere an image that is legible on light and dark panels.
 * @param folder holds `idleTemplate.png`, `idleTemplate@2x.png`, `idle.ico`, `idle.png`, … for each state
 */
export function loadTrayIcons(folder: string): TrayIcons {
  const loaded = new Map<TrayIconKey, NativeImage>();
  return (key) => {
    const known = loaded.get(key);
    if (known !== undefined) return known;
    const image = nativeImage.createFromPath(join(folder, fileName(key, process.platform)));
    loaded.set(key, image);
    return image;
  };
}

function fileName(key: TrayIconKey, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return `${key}Template.png`;
  return platform === 'win32' ? `${key}.ico` : `${key}.png`;
}
