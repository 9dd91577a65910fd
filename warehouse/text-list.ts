/** Many texts as one parameter of a query, for `fn.is_in_list`: so its text is the same however many there are. */
export function textList(texts: readonly string[]): string {
  return JSON.stringify(texts);
}
