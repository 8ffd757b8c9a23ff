import type { JSX, ReactNode, RefObject } from 'react';
import css from './simple.module.css';

export interface FrameProps {
  readonly frame: RefObject<HTMLDivElement | null>;
  /** 0 before it is known. */
  readonly width: number;
  readonly height: number;
  readonly isEmpty: boolean;
  readonly noData: ReactNode;
  /** The content of the SVG. */
  readonly picture: ReactNode;
  /** On top of the picture. */
  readonly children: ReactNode;
}

/** A picture of a fixed height with what lies on top of it, or the sentence that there is no data. */
export function Frame(props: FrameProps): JSX.Element {
  const { frame, width, height, isEmpty, noData, picture, children } = props;
  return (
    <div ref={frame} className={css.chart} style={{ height }}>
      {isEmpty && <div className={css.noData}>{noData}</div>}
      {width > 0 && !isEmpty && (
        <>
          <svg className={css.picture} width={width} height={height} aria-hidden="true">
            {picture}
          </svg>
          {children}
        </>
      )}
    </div>
  );
}
