import { useEffect, useRef } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { digitsFor, isWorking } from '../../../../shared/tray-figures.ts';
import { PANEL_COLOURS, drawTrayIcon } from '../../../../shared/tray-icon/draw.ts';
import type { TrayFace } from '../../../../shared/tray-icon/draw.ts';
import { drawIconWithLines } from '../../../../shared/tray-icon/lines.ts';
import type { Picture } from '../../../../shared/tray-icon/lines.ts';
import { useNow } from '../../../state/clock.ts';
import { useSlice } from '../../../state/context.tsx';
import { useEditable } from '../page-context.tsx';
import css from './TrayPreview.module.css';

const STATES = ['idle', 'working', 'paused', 'problem'] as const;
/** The icon's size here; drawn for screens of twice the density. */
const SIZE = 48;
const SCALE = 2;

/** The icon as it is now with the chosen figure, and what its shapes mean. */
export function TrayPreview(): JSX.Element {
  const text = useTranslations('settings.trayLook');
  return (
    <ul className={css.states}>
      <li className={css.state}>
        <Icon face={useFaceNow()} />
        {text('now')}
      </li>
      {STATES.map((shape) => (
        <li key={shape} className={css.state}>
          <Icon face={{ shape, digits: null }} />
          {text(shape)}
        </li>
      ))}
    </ul>
  );
}

/** Problems are left out: the main process alone knows which servers clients miss. */
export function useFaceNow(): TrayFace {
  const { icon } = useEditable().view.settings.tray;
  const state = {
    gpu: useSlice('gpu'),
    throughput: useSlice('throughput'),
    inFlight: useSlice('inFlight'),
    totals: useSlice('totals'),
  };
  const { paused } = useSlice('app');
  const now = useNow(false);
  if (paused) return { shape: 'paused', digits: null };
  return {
    shape: isWorking(state) ? 'working' : 'idle',
    digits: digitsFor(icon, state, now),
  };
}

function Icon({ face }: { readonly face: TrayFace }): JSX.Element {
  const rgba = drawTrayIcon(face, SIZE);
  return <Drawn picture={{ width: SIZE, height: SIZE, rgba }} />;
}

/** The icon as it is now with lines beside it, as in a menu bar; nothing without a line. */
export function MenuBarPreview({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  const picture = drawIconWithLines(useFaceNow(), lines, SCALE, PANEL_COLOURS);
  return <>{picture !== null && <Drawn picture={picture} />}</>;
}

function Drawn({ picture: { width, height, rgba } }: { readonly picture: Picture }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new ImageData(width, height);
    image.data.set(rgba);
    canvas.current?.getContext('2d')?.putImageData(image, 0, 0);
  });
  const style = { width: width / SCALE, height: height / SCALE };
  return <canvas ref={canvas} {...{ width, height, style }} aria-hidden="true" />;
}
