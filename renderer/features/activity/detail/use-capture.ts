import type { UseQueryResult } from '@tanstack/react-query';
import type { ActivityCapture } from '../../../../shared/activity.ts';
import { ApiError } from '../../../client/api.ts';
import { useApiData } from '../../../state/api.tsx';

/** The capture of an exchange. */
export function useCapture(id: number): UseQueryResult<ActivityCapture> {
  return useApiData<ActivityCapture>(`/activity/${id}/capture`);
}

/** True if there is none, which is no error: captures are off unless the user turns them on. */
export function isMissing({ error }: Pick<UseQueryResult, 'error'>): boolean {
  return error instanceof ApiError && error.status === 404;
}
