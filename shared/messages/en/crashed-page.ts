/** Texts of the page that replaces the window after its page ended several times. They have no placeholders. */
export const crashedPage = {
  title: 'Tokwatt’s window stopped working',
  text: 'It was opened again several times and stopped each time. Metering goes on, and your requests are still answered.',
  retry: 'Open it again',
};
