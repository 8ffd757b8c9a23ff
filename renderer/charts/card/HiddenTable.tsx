import type { JSX } from 'react';
import { foreignText } from '../../../shared/foreign-name.ts';
import type { ChartTable } from '../export/csv.ts';
import css from './card.module.css';

/** A table for screen readers. Unknown is an empty cell. */
export function HiddenTable({
  caption,
  table: { columns, rows },
}: {
  readonly caption: string;
  readonly table: ChartTable;
}): JSX.Element {
  return (
    <div className={css.hidden}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {foreignText(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) =>
                column === 0 ? (
                  <th key={column} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={column}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
