import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { tokenFigures } from '../../../../shared/tray-figures.ts';
import { TRAY_TOKENS, filledLine } from '../../../../shared/tray-settings.ts';
import { useNow } from '../../../state/clock.ts';
import { useSlice } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { useEditable } from '../page-context.tsx';
import { Problem } from '../Section.tsx';
import css from '../settings.module.css';
import { useChange } from '../use-change.ts';
import { useWords } from '../words.ts';
import { MenuBarPreview } from './TrayPreview.tsx';
import preview from './TrayPreview.module.css';

/** The figures that the texts beside the icon may name, and what stands there now. */
export function TrayTexts(): JSX.Element {
  const text = useTranslations('settings.trayLook');
  const { firstLine, secondLine } = useEditable().view.settings.tray;
  const { label } = useWords()('tray.firstLine');
  const { problem, change } = useChange();
  const figures = useFigures();
  const shown = [firstLine, secondLine]
    .map((line) => filledLine(line, figures))
    .filter((line) => line !== null);
  const add = (name: string): void => {
    const line = `${firstLine} {${name}}`.trim();
    void change({ tray: { firstLine: line } }, label);
  };
  return (
    <>
      <p className={css.soft} data-testid="tray-text">
        {text('beside', { text: shown.length === 0 ? text('nothing') : shown.join('  ') })}
      </p>
      <MenuBarPreview lines={shown} />
      <div role="group" aria-label={text('figures')} className={preview.figures}>
        {TRAY_TOKENS.map((name) => (
          <Button key={name} plain onClick={() => add(name)} label={text('add', { name })}>
            {`{${name}}`}
          </Button>
        ))}
      </div>
      <Problem line={problem} />
    </>
  );
}

function useFigures(): ReturnType<typeof tokenFigures> {
  const state = {
    gpu: useSlice('gpu'),
    throughput: useSlice('throughput'),
    inFlight: useSlice('inFlight'),
    totals: useSlice('totals'),
  };
  return tokenFigures(state, useNow(false));
}
