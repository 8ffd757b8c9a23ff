import { useState } from 'react';
import type { JSX } from 'react';
import { useAction } from '../../state/action.ts';
import { useBridge } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import css from './settings.module.css';

/** The next report, exactly as it would be sent. */
export function Preview(): JSX.Element {
  const bridge = useBridge();
  const [text, setText] = useState<string | null>(null);
  const show = useAction(async () => {
    setText(JSON.stringify(await bridge.call('getReportPreview', undefined), null, 2));
  });
  return (
    <div className={css.disclosure}>
      <Button plain onClick={text === null ? show.run : () => setText(null)}>
        {text === null ? 'Show what would be sent' : 'Hide what would be sent'}
      </Button>
      {show.state === 'failed' && <span role="alert"> It could not be read; try again.</span>}
      {text !== null && (
        // It scrolls, so it must be reachable with the keyboard.
        <pre className={css.preview} tabIndex={0} aria-label="What would be sent now">
          {text}
        </pre>
      )}
    </div>
  );
}
