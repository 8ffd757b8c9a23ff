import { useParam } from '../../state/address.ts';

export type View = 'requests' | 'sessions';

/** What a row of the page is, in the address. */
export function useView(): [View, (view: View) => void] {
  const [param, setParam] = useParam('view', 'requests');
  return [param === 'sessions' ? 'sessions' : 'requests', (view) => setParam(view)];
}
