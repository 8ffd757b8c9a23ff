/** Texts that every chart has. */
export const charts = {
  time: 'Time',
  meteringOff: 'metering was off',
  others: 'others',
  keys: 'Arrow keys read the chart, Shift and arrow keys select a range, Enter shows it, Escape shows everything again',
  menu: 'Actions of the chart {title}',
  exportPng: 'Save as PNG',
  exportCsv: 'Save as CSV',
  tableCaption:
    '{shown, plural, =0 {{title}} other {{title}: {shown, number} of {all, number} rows}}',
} as const;
