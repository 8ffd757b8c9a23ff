import { useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

/**
 * The width of an element in whole pixels, 0 before it is known, and whether it was in the window when it was drawn
 * first. The element's own size must not depend on what is drawn in it, or the observer would run in a loop.
 */
export function useWidth<E extends HTMLElement>(): [RefObject<E | null>, number, boolean] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  const [isFirst, setFirst] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    measure();
    setFirst(element.getBoundingClientRect().top < window.innerHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width, isFirst];
}
