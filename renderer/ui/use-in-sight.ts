import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

/** Whether any part of an element is in sight. True until it is known. */
export function useInSight<E extends HTMLElement>(): [RefObject<E | null>, boolean] {
  const ref = useRef<E>(null);
  const [isInSight, setInSight] = useState(true);
  useEffect(() => {
    if (ref.current === null) return undefined;
    const observer = new IntersectionObserver((entries) => {
      setInSight(entries.at(-1)?.isIntersecting ?? true);
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, []);
  return [ref, isInSight];
}
