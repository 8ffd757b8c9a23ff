import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { ModelsOverview } from '../../../shared/models-view.ts';
import { useApiData, useReread } from '../../state/api.tsx';
import { useSlice } from '../../state/context.tsx';

const REFRESH_MS = 15_000;
export const OVERVIEW = '/models/overview';

/** All models. Read again when one is loaded, unloaded or downloaded, whoever did it. */
export function useOverview(): UseQueryResult<ModelsOverview> {
  const reread = useReread();
  const loaded = useSlice('loadedModels');
  const pulls = useSlice('pulls');
  const held = loaded.map(({ upstream, name, state }) => [upstream, name, state]);
  const done = pulls.filter(({ status }) => status === 'done').map(({ id }) => id);
  const state = JSON.stringify([held, done]);
  const last = useRef(state);
  useEffect(() => {
    if (last.current === state) return;
    last.current = state;
    void reread(OVERVIEW);
  }, [state, reread]);
  return useApiData<ModelsOverview>(OVERVIEW, {}, { everyMs: REFRESH_MS });
}
