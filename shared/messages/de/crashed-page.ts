/** Texts of the page that replaces the window after its page ended several times. They have no placeholders. */
export const crashedPage = {
  title: 'Das Fenster von Tokwatt funktioniert nicht mehr',
  text: 'Es wurde mehrmals neu geöffnet und brach jedes Mal ab. Die Messung läuft weiter, und Ihre Anfragen werden weiter beantwortet.',
  retry: 'Erneut öffnen',
};
