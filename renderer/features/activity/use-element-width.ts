import { useCallback, useState } from 'react';

/** Steps in which a width is told, so that dragging a window's edge does not render every pixel. */
const STEP = 20;

/** The width of an element in pixels, and the ref that measures it. */
export function useElementWidth(): [
  (element: HTMLElement | null) => (() => void) | undefined,
  number,
] {
  const [width, setWidth] = useState(() => window.innerWidth);
  const measure = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      const now = entry?.contentRect.width ?? 0;
      // Hidden elements have no width.
      if (now > 0) setWidth(Math.floor(now / STEP) * STEP);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, width];
}
