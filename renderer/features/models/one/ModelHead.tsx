import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { foreignName } from '../../../../shared/foreign-name.ts';
import type { ModelManager, ModelRow } from '../../../../shared/models-view.ts';
import { addressOf } from '../../../../shared/page-address.ts';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { MenuButton } from '../../../ui/MenuButton.tsx';
import css from '../Models.module.css';
import { ModelState } from '../ModelState.tsx';
import { Star } from '../ModelName.tsx';
import { useModelActions } from '../use-model-actions.tsx';

/** The whole name, which is never cut here, with the model's state and what can be done with it. */
export function ModelHead({
  model,
  managers,
}: {
  readonly model: ModelRow;
  readonly managers: readonly ModelManager[];
}): JSX.Element {
  const text = useTranslations('models');
  const { entries, dialog } = useModelActions(managers);
  const { name, isDefault, isPinned } = model;
  const all = entries(model);
  // The two that are wanted most have buttons; with a reason against them they stay in the menu.
  const buttons = all.filter(
    ({ id, reason = null }) => reason === null && (id === 'load' || id.startsWith('unload')),
  );
  return (
    <div className={css.head}>
      <Star model={model} />
      <h2 className={css.title}>{foreignName(name)}</h2>
      <CopyButton text={name} label={text('actions.copyName')} />
      <ModelState model={model} />
      {isDefault && <span className={css.mark}>{text('marks.isDefault')}</span>}
      {isPinned && <span className={css.mark}>{text('marks.isPinned')}</span>}
      <div className={css.headEnd}>
        <a href={`#${addressOf('activity')}?model=${encodeURIComponent(name)}`}>
          {text('one.exchanges')}
        </a>
        {buttons.map(({ id, title, run }) => (
          <Button key={id} onClick={run}>
            {title}
          </Button>
        ))}
        <MenuButton label={text('actions.menu', { name })} entries={all} />
      </div>
      {dialog}
    </div>
  );
}
