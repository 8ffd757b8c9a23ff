/**
 * Any column of any row can hold any type: SQLite's types belong to values, and one flipped bit
 * turns a number or a blob into text. The driver ends the whole process if it reads text that is
 * not UTF-8. So columns are never selected directly: a number is selected only if its type is a
 * number, and text is selected as bytes and decoded here.
 */

/** Selects numbers, and NULL in place of other types that damage left. */
export function numbers(...expressions: readonly string[]): string {
  // In SQLite's sort order every number is below every text. Testing the type would cost twice as
  // much.
  return expressions.map((one) => `iif(${one} < '', ${one}, NULL)`).join(', ');
}

/** Selects texts or blobs, both as bytes. Decode texts with `asText`. */
export function bytes(...expressions: readonly string[]): string {
  return expressions.map((one) => `CAST(${one} AS BLOB)`).join(', ');
}
