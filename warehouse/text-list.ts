/** Many texts as one parameter of a query, so that its text is the same however many there are. */
export function textList(texts: readonly string[]): string {
  return JSON.stringify(texts);
}

/** SQL: whether a column is one of the texts of the list that is the nth parameter, counted from 1. */
export function isInTextList(column: string, nth: number): string {
  return `${column} in (select unnest(from_json($${nth}, '["VARCHAR"]')))`;
}
