import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';

/** Conversions of values to and from text as in Go, the language of RudderStack's server. */

/** Parses JSON like Go: a lone surrogate, which JSON can express but UTF-8 cannot, becomes U+FFFD. Throws `SyntaxError`. */
export function parseJson(text: string): JsonValue {
  if (!/\\u[dD]/.test(text)) return JSON.parse(text) as JsonValue;
  try {
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === 'string' ? value.toWellFormed() : value,
    ) as JsonValue;
  } catch (error) {
    // The reviver exhausts the stack at some thousand levels; parsing alone does not.
    if (error instanceof RangeError) return JSON.parse(text) as JsonValue;
    throw error;
  }
}

/** Go's `%v`: `1.23456789e+06`, `[a 1.5 map[k:v]]`, `<nil>`. */
export function goText(value: JsonValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'number') return goFloat(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isJsonObject(value)) {
    const pairs = Object.keys(value)
      .sort()
      .map((key) => `${key}:${goText(value[key] ?? null)}`);
    return `map[${pairs.join(' ')}]`;
  }
  return String(value);
}

/** A whole number without exponent, like a Go `int64`; fractions are truncated. */
export function goInteger(value: number): string {
  return BigInt(Math.trunc(value)).toString();
}

/** The instant of a load in a text column: `2026-01-31 05:00:00.5 Z`, without trailing zeros. */
export function goInstant(instant: string): string {
  const [seconds = '', fraction = ''] = instant.replace('T', ' ').replace('Z', '').split('.');
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? `${seconds} Z` : `${seconds}.${digits} Z`;
}

/** JSON with sorted keys, as in Go; with `escapeHtml`, `<>&` become `\u003c` and so on. */
export function goJson(value: JsonValue, { escapeHtml = false } = {}): string {
  const text = sortedJson(value);
  return text.replace(escapeHtml ? /[<>&\u2028\u2029]/g : /[\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function sortedJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (isJsonObject(value)) {
    const pairs = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key.toWellFormed())}:${sortedJson(value[key] ?? null)}`);
    return `{${pairs.join(',')}}`;
  }
  return JSON.stringify(typeof value === 'string' ? value.toWellFormed() : value);
}

/** The shortest digits that represent the number exactly, with an exponent below 10⁻⁴ and from 10⁶ on. */
function goFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
