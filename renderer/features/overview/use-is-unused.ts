import { useSelected } from '../../state/context.tsx';
import { neverUsed } from './describe.ts';

/** True until a first request has come through a proxy. */
export function useIsUnused(): boolean {
  return useSelected(neverUsed);
}
