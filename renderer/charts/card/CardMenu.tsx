import { useId, useRef, useState } from 'react';
import type { JSX, ReactNode, ToggleEvent } from 'react';
import css from './card.module.css';

/** A small menu in the browser's top layer, which closes it on Escape and on a click elsewhere. */
export function CardMenu({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): JSX.Element {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const onToggle = ({ newState }: ToggleEvent<HTMLDivElement>): void => {
    setOpen(newState === 'open');
    if (newState === 'open') placeBelow(button.current, menu.current);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={css.menuButton}
        aria-label={label}
        aria-expanded={isOpen}
        popoverTarget={id}
      >
        ⋯
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        className={css.menu}
        onToggle={onToggle}
        onClick={() => menu.current?.hidePopover()}
      >
        {children}
      </div>
    </>
  );
}

/** Right-aligned with its button; the focus goes to its first entry. */
function placeBelow(button: HTMLElement | null, menu: HTMLElement | null): void {
  if (button === null || menu === null) return;
  const { right, bottom } = button.getBoundingClientRect();
  menu.style.top = `${bottom + 2}px`;
  menu.style.left = `${Math.max(4, right - menu.offsetWidth)}px`;
  menu.querySelector('button')?.focus();
}
