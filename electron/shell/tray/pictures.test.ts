import { describe, expect, it } from 'vitest';
import { picturesOf } from './pictures.ts';

const FACE = { shape: 'working', digits: null } as const;
const LINES = ['42 tok/s', '212 W'];

describe('pictures of the tray', () => {
  it('have two lines beside the icon on macOS, at each scale', () => {
    const { pictures, title } = picturesOf(FACE, LINES, 'darwin');
    expect(pictures.map(({ height }) => height)).toEqual([20, 40, 60]);
    const [plain] = pictures;
    expect(plain!.width).toBeGreaterThan(40);
    expect(title).toBe('');
  });

  it('leave lines to macOS that they cannot draw', () => {
    const { pictures, title } = picturesOf(FACE, ['42 词/秒'], 'darwin');
    expect(pictures.map(({ width, height }) => [width, height])).toEqual([
      [18, 18],
      [36, 36],
      [54, 54],
    ]);
    expect(title).toBe('42 词/秒');
  });

  it('are square elsewhere', () => {
    const { pictures } = picturesOf(FACE, LINES, 'win32');
    expect(pictures.every(({ width, height }) => width === height)).toBe(true);
  });
});
