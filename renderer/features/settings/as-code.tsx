import type { JSX, ReactNode } from 'react';

/** For `text.rich`: parts of a text between `<code>` and `</code>`. */
export const asCode = {
  code: (parts: ReactNode): JSX.Element => <code>{parts}</code>,
};
