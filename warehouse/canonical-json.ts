import { InvariantBroken } from './errors.ts';
import { invariant } from './invariant.ts';

/**
 * The one way to write a value as JSON, so that equal values have equal bytes and equal hashes: RFC 8785 (JCS), keys in
 * the order of their UTF-16 code units, no space. Takes null, booleans, well-formed strings, integers (safe numbers or any
 * bigint), arrays and plain objects. Throws `InvariantBroken`, naming the place, for all else, so for every fraction.
 */
export function canonicalJson(value: unknown): string {
  return written(value, '$');
}

function written(value: unknown, place: string): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'bigint':
      return value.toString();
    case 'number':
      invariant(Number.isSafeInteger(value), `Canonical JSON holds integers only, but ${place} is ${value}.`);
      return String(value);
    case 'string':
      // A lone surrogate has no UTF-8; RFC 8785 section 3.2.2.2 demands an error.
      invariant(value.isWellFormed(), `Canonical JSON holds Unicode text only, but ${place} has half a character.`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : writtenObject(value, place);
    default:
      throw new InvariantBroken(`Canonical JSON holds no ${typeof value}, but ${place} is one.`);
  }
}

function writtenObject(value: object, place: string): string {
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item: unknown, index) => written(item, `${place}[${index}]`)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(
    prototype === Object.prototype || prototype === null,
    `Canonical JSON holds plain objects only, but ${place} is a ${value.constructor.name}.`,
  );
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${written(key, `a key of ${place}`)}:${written(item, `${place}.${key}`)}`).join(',')}}`;
}
