import { useEffect, useRef } from 'react';
import type { RefObject } from 'react';

/** How near to its end the page must be to follow a growing answer, pixels. */
const NEAR_PX = 80;

/**
 * Keeps the end of the page in sight while something grows there, unless the user has scrolled up.
 * `sent` changes when a question is sent, which always shows the end.
 */
export function useFollow(
  inside: RefObject<HTMLElement | null>,
  grown: unknown,
  sent: unknown,
): void {
  const isAtEnd = useRef(true);
  useEffect(() => {
    const main = inside.current?.closest('main');
    if (main === null || main === undefined) return undefined;
    const onScroll = (): void => {
      isAtEnd.current = main.scrollHeight - main.scrollTop - main.clientHeight < NEAR_PX;
    };
    main.addEventListener('scroll', onScroll, { passive: true });
    return () => main.removeEventListener('scroll', onScroll);
  }, [inside]);
  useEffect(() => {
    isAtEnd.current = true;
  }, [sent]);
  useEffect(() => {
    const main = inside.current?.closest('main');
    if (isAtEnd.current) main?.scrollTo(0, main.scrollHeight);
  }, [inside, grown]);
}
