import { useId, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { AlertRule } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import type { MenuEntry } from '../../ui/MenuButton.tsx';
import { WordText } from '../../ui/WordText.tsx';
import { STATUS_TONES } from './status-tones.ts';
import { RuleDetails } from './RuleDetails.tsx';
import { RulePreview } from './RulePreview.tsx';
import css from './RuleRow.module.css';
import { RuleSentence } from './RuleSentence.tsx';
import { draftOf } from './rule-draft.ts';
import type { RuleDraft } from './rule-draft.ts';
import type { Pending } from './use-rules.ts';

export interface RuleRowProps {
  readonly rule: AlertRule;
  readonly pending: Pending | undefined;
  /** The worst state of the rule now; null if it is quiet. */
  readonly status: AlertState['status'] | null;
  /** The rule was just added, so its name gets the focus. */
  readonly isNew: boolean;
  readonly onSave: (draft: RuleDraft) => void;
  readonly onDiscard: () => void;
  readonly onDuplicate: () => void;
  readonly onDelete: () => void;
  readonly onShowHistory: () => void;
}

/** One rule: its switch, name and sentence, and on demand its exact values and its past. */
export function RuleRow(props: RuleRowProps): JSX.Element {
  const { rule, pending, onSave, onDiscard } = props;
  const [isOpen, setIsOpen] = useState({ details: false, preview: false });
  const problemId = useId();
  const draft = pending?.draft ?? draftOf(rule);
  const problem = pending?.problem ?? null;
  const field = refusedField(problem);
  const edit = { draft, onChange: onSave, refused: field };
  return (
    <div
      className={css.rule}
      role="group"
      aria-label={rule.name}
      aria-describedby={problem === null ? undefined : problemId}
    >
      <Head {...props} draft={draft} refused={field} />
      <RuleSentence {...edit} />
      {problem !== null && <Problem id={problemId} problem={problem} onDiscard={onDiscard} />}
      <Openers isOpen={isOpen} onChange={setIsOpen} />
      {isOpen.preview && <RulePreview draft={draft} />}
      {isOpen.details && <RuleDetails {...edit} />}
    </div>
  );
}

function Head({
  rule,
  draft,
  refused,
  status,
  isNew,
  onSave,
  ...does
}: RuleRowProps & { readonly draft: RuleDraft; readonly refused: string | null }): JSX.Element {
  const text = useTranslations('alerts.rules');
  const statusName = useTranslations('alerts.now.status');
  const { enabled } = draft;
  return (
    <div className={css.head}>
      <input
        type="checkbox"
        role="switch"
        className={css.switch}
        checked={enabled}
        aria-label={text('enabled', { name: rule.name })}
        onChange={(event) => onSave({ ...draft, enabled: event.target.checked })}
      />
      <WordText
        isHeading
        label={text('name')}
        value={draft.name}
        focused={isNew}
        isInvalid={refused === 'name'}
        onChange={(name) => onSave({ ...draft, name: name.trim() })}
      />
      <span className={css.state}>
        {status !== null && <Badge {...STATUS_TONES[status]}>{statusName(status)}</Badge>}
        {!enabled && <span className={css.off}>{text('off')}</span>}
        <RuleMenu name={rule.name} {...does} />
      </span>
    </div>
  );
}

function RuleMenu({
  name,
  onDuplicate,
  onShowHistory,
  onDelete,
}: Pick<RuleRowProps, 'onDuplicate' | 'onShowHistory' | 'onDelete'> & {
  readonly name: string;
}): JSX.Element {
  const text = useTranslations('alerts.rules');
  const entries: MenuEntry[] = [
    { id: 'duplicate', title: text('duplicate'), run: onDuplicate },
    { id: 'history', title: text('showHistory'), run: onShowHistory },
    { id: 'delete', title: text('delete'), run: onDelete, isDestructive: true },
  ];
  return <MenuButton label={text('more', { name })} entries={entries} />;
}

function Problem({
  id,
  problem,
  onDiscard,
}: {
  readonly id: string;
  readonly problem: string;
  readonly onDiscard: () => void;
}): JSX.Element {
  const text = useTranslations('alerts.rules');
  return (
    <p className={css.problem} id={id} role="alert">
      {text('notSaved', { reason: problem })}{' '}
      <Button plain onClick={onDiscard}>
        {text('discard')}
      </Button>
    </p>
  );
}

interface Open {
  readonly details: boolean;
  readonly preview: boolean;
}

function Openers({
  isOpen,
  onChange,
}: {
  readonly isOpen: Open;
  readonly onChange: (isOpen: Open) => void;
}): JSX.Element {
  const text = useTranslations('alerts.rules');
  const { details, preview } = isOpen;
  return (
    <p className={css.more}>
      <Button plain onClick={() => onChange({ details, preview: !preview })}>
        {text(preview ? 'hidePreview' : 'preview')}
      </Button>
      <Button plain onClick={() => onChange({ details: !details, preview })}>
        {text(details ? 'hideDetails' : 'details')}
      </Button>
    </p>
  );
}

/**
 * The field that the core refused, from the beginning of its words: `windowMs` for `window_ms: must
 * be …`. Null if it names none.
 */
function refusedField(problem: string | null): string | null {
  const name = /^([a-z_]+)[.:]/.exec(problem ?? '')?.[1] ?? null;
  return name?.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) ?? null;
}
