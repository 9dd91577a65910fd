declare global {
  interface JSON {
    /** A piece of JSON text that stands for itself (ECMAScript 2026). */
    rawJSON(text: string): object;
  }
}

/** JSON in which a bigint is an integer with all its digits; a reader that keeps integers exact gets back what was written. */
export function exactJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item), indent);
}
