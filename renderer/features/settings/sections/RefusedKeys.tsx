import type { JSX } from 'react';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useSlice } from '../../../state/context.tsx';
import { Problem } from '../Section.tsx';

/** Which shortcuts the desktop refused, beside their settings. */
export function RefusedKeys(): JSX.Element {
  const say = useSay();
  const refused = useSlice('warnings').filter(
    ({ messageSentence }) => messageSentence?.code === 'shortcut_refused',
  );
  return (
    <>
      {refused.map(({ id, message, messageSentence }) => (
        <Problem key={id} line={say(messageSentence, message)} />
      ))}
    </>
  );
}
