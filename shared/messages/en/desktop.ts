/** Texts of the desktop's own dialogs. */
export const desktop = {
  quit: {
    title:
      '{count, plural, one {An answer is still being written} other {# answers are still being written}}',
    body: 'Quitting now cuts {count, plural, one {it} other {them}} off: {names}. Requests that come later are refused until Tokwatt runs again.',
    after: 'Quit when {count, plural, one {it ends} other {they end}}',
    now: 'Quit now',
    cancel: 'Cancel',
    who: '{model} for {application}',
    more: 'and {count} more',
  },
};
