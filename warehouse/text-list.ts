/** A list of texts as one query parameter for `fn.is_in_list`, so that the SQL does not depend on their number. */
export function textList(texts: readonly string[]): string {
  return JSON.stringify(texts);
}
