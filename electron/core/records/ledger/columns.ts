/**
 * Any column of any row can hold anything: SQLite's types belong to values, and one flipped bit
 * makes a number or a blob into text. The driver ends the whole process when text that it hands
 * over is no UTF-8. So no column is ever selected as it is: a number is taken only if it is one,
 * and text comes as bytes, to be decoded here.
 */

/** Selects numbers; NULL stands where damage left something else. */
export function numbers(...expressions: readonly string[]): string {
  // In SQLite's order every number is below every text; a test of the type would cost twice as much.
  return expressions.map((one) => `iif(${one} < '', ${one}, NULL)`).join(', ');
}

/** Selects texts or blobs; both arrive as bytes. Read texts with `asText`. */
export function bytes(...expressions: readonly string[]): string {
  return expressions.map((one) => `CAST(${one} AS BLOB)`).join(', ');
}
