import { messageOf } from './errors.ts';

/** A JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Why a text is no JSON, in one line and without the part of it that V8 quotes: it may be secret. */
export function jsonFault(error: unknown): string {
  return messageOf(error)
    .replace(/, (?:\.{3})?".*"(?:\.{3})? is not valid JSON$/s, '')
    .replaceAll(/\s+/g, ' ');
}

/** Whether a value is a JSON object, not an array or null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * JSON text of a value of any depth and with any number: `JSON.stringify` exhausts the stack at some thousand levels, and turns a
 * number that is too large for JavaScript into null.
 */
export function jsonText(value: JsonValue): string {
  const text = nativeText(value);
  return text === undefined || text.includes('null') ? pieceByPiece(value) : text;
}

/** Undefined if the stack does not suffice. */
function nativeText(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function pieceByPiece(value: JsonValue): string {
  const parts: string[] = [];
  /** What is still to be written, the last one first. */
  const rest: (string | { readonly value: JsonValue })[] = [{ value }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string') parts.push(next);
    else if (typeof next.value !== 'object' || next.value === null) parts.push(scalarText(next.value));
    else for (const piece of piecesOf(next.value).reverse()) rest.push(piece);
  }
  return parts.join('');
}

function piecesOf(value: JsonValue[] | JsonObject): (string | { readonly value: JsonValue })[] {
  const comma = (index: number): string => (index === 0 ? '' : ',');
  return Array.isArray(value)
    ? ['[', ...value.flatMap((inner, index) => [comma(index), { value: inner }]), ']']
    : [
        '{',
        ...Object.entries(value).flatMap(([name, inner], index) => [
          `${comma(index)}${JSON.stringify(name)}:`,
          { value: inner },
        ]),
        '}',
      ];
}

function scalarText(value: string | number | boolean | null): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return value < 0 ? '-1e999' : '1e999';
  return JSON.stringify(value);
}
