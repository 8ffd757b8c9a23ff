/** Texts that every chart has. */
export const charts = {
  time: 'Zeit',
  meteringOff: 'Messung war aus',
  others: 'andere',
  keys: 'Pfeiltasten lesen das Diagramm, Umschalt und Pfeiltasten wählen einen Bereich, Enter zeigt ihn, Escape zeigt wieder alles',
  menu: 'Aktionen des Diagramms {title}',
  exportPng: 'Als PNG sichern',
  exportCsv: 'Als CSV sichern',
  tableCaption:
    '{shown, plural, =0 {{title}} other {{title}: {shown, number} von {all, number} Zeilen}}',
} as const;
