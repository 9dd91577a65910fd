/** Control characters, and what is no character of XML 1.0. */
const UNPRINTABLE = /[\p{Cc}\ufffe\uffff]+/gu;

/** A text from outside as one line that XML can hold; `otherwise` if nothing of it is left. */
export function plainText(text: string | null, otherwise: string): string {
  return (text ?? '').toWellFormed().replace(UNPRINTABLE, ' ').trim() || otherwise;
}
