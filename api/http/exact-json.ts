declare global {
  interface JSON {
    /** Returns an object that is serialized as this JSON text (ECMAScript 2026). */
    rawJSON(text: string): object;
  }
}

/** JSON with each bigint as an integer with all its digits, exact for readers with big integers. */
export function exactJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? JSON.rawJSON(String(item)) : item), indent);
}
