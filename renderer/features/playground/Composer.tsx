import { useRef, useState } from 'react';
import type { ClipboardEvent, DragEvent, JSX, KeyboardEvent } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button.tsx';
import { PICTURE_TYPES, readPictures } from './pictures.ts';
import { playground } from './store.ts';
import { Thumbnails } from './Thumbnails.tsx';
import type { Question } from './types.ts';
import css from './Composer.module.css';

interface ComposerProps {
  readonly draft: Question;
  readonly isAnswering: boolean;
  /** Why nothing can be sent; null if it can. */
  readonly obstacle: string | null;
  readonly onSend: (question: Question) => void;
  readonly onStop: () => void;
}

/** Where a message is written, with images by file, paste or drop. */
export function Composer(props: ComposerProps): JSX.Element {
  const { draft, isAnswering, obstacle, onSend, onStop } = props;
  const text = useTranslations('playground.composer');
  const [problem, setProblem] = useState<string | null>(null);
  const send = (): void => {
    if (isAnswering || (draft.text.trim() === '' && draft.pictures.length === 0)) return;
    setProblem(obstacle);
    if (obstacle === null) onSend(draft);
  };
  const add = async (files: readonly File[]): Promise<void> => {
    const { pictures, refused } = await readPictures(files, draft.pictures);
    const now = playground.get().draft;
    playground.setDraft({ ...now, pictures: [...now.pictures, ...pictures] });
    setProblem(refused === null ? null : text(refused.reason, { name: refused.name }));
  };
  const files = useFiles((given) => void add(given));
  return (
    <div className={css.composer} {...files.drop}>
      <Thumbnails
        pictures={draft.pictures}
        onRemove={(id) =>
          playground.setDraft({ ...draft, pictures: draft.pictures.filter((one) => one.id !== id) })
        }
      />
      <MessageField text={draft.text} onSend={send} onPaste={files.onPaste} />
      {problem !== null && (
        <p role="alert" className={css.problem}>
          {problem}
        </p>
      )}
      <div className={css.line}>
        <AttachButton onFiles={(given) => void add(given)} />
        <p className={css.hint}>{text('hint')}</p>
        <Button onClick={isAnswering ? onStop : send}>{text(isAnswering ? 'stop' : 'send')}</Button>
      </div>
    </div>
  );
}

function MessageField({
  text: value,
  onSend,
  onPaste,
}: {
  readonly text: string;
  readonly onSend: () => void;
  readonly onPaste: (event: ClipboardEvent) => void;
}): JSX.Element {
  const text = useTranslations('playground.composer');
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter in an input method chooses a word.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    onSend();
  };
  return (
    <textarea
      className={css.field}
      aria-label={text('label')}
      placeholder={text('placeholder')}
      rows={2}
      value={value}
      autoFocus
      onChange={(event) =>
        playground.setDraft({ ...playground.get().draft, text: event.target.value })
      }
      onKeyDown={onKeyDown}
      onPaste={onPaste}
    />
  );
}

function AttachButton({
  onFiles,
}: {
  readonly onFiles: (files: readonly File[]) => void;
}): JSX.Element {
  const text = useTranslations('playground.composer');
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={PICTURE_TYPES.join(',')}
        aria-label={text('attach')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = '';
        }}
      />
      <Button onClick={() => input.current?.click()}>{text('attach')}</Button>
    </>
  );
}

/** Files that are pasted or dropped. */
function useFiles(onFiles: (files: readonly File[]) => void): {
  readonly onPaste: (event: ClipboardEvent) => void;
  readonly drop: {
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDrop: (event: DragEvent) => void;
  };
} {
  return {
    onPaste: (event) => {
      const files = [...event.clipboardData.files];
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    },
    drop: {
      onDragOver: (event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      },
      onDrop: (event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      },
    },
  };
}
