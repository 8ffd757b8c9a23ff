import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useAction } from '../../../state/action.ts';
import { useBridge } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import css from '../settings.module.css';

/** The next report, exactly as it would be sent. */
export function Preview(): JSX.Element {
  const label = useTranslations('settings.exporters');
  const bridge = useBridge();
  const [text, setText] = useState<string | null>(null);
  const show = useAction(async () => {
    setText(JSON.stringify(await bridge.call('getReportPreview', undefined), null, 2));
  });
  return (
    <div className={css.disclosure}>
      <Button plain onClick={text === null ? show.run : () => setText(null)}>
        {label(text === null ? 'preview' : 'hidePreview')}
      </Button>
      {show.state === 'failed' && <span role="alert">{label('previewFailed')}</span>}
      {text !== null && (
        // It scrolls, so it must be reachable with the keyboard.
        <pre className={css.preview} tabIndex={0} aria-label={label('previewLabel')}>
          {text}
        </pre>
      )}
    </div>
  );
}
