import { InvariantBroken } from './errors.ts';
import { invariant } from './invariant.ts';

/**
 * Canonical JSON, so that equal values have equal bytes and equal hashes: RFC 8785 (JCS), keys sorted by UTF-16 code
 * units, no whitespace. Accepts null, booleans, well-formed strings, integers (safe numbers or any bigint), arrays and
 * plain objects. Throws `InvariantBroken` with the path of anything else, such as a fraction.
 */
export function canonicalJson(value: unknown): string {
  return serialize(value, '$');
}

function serialize(value: unknown, path: string): string {
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'bigint':
      return value.toString();
    case 'number':
      invariant(Number.isSafeInteger(value), `Canonical JSON allows integers only, but ${path} is ${value}.`);
      return String(value);
    case 'string':
      // A lone surrogate has no UTF-8; RFC 8785 section 3.2.2.2 demands an error.
      invariant(value.isWellFormed(), `Canonical JSON allows valid Unicode only, but ${path} has a lone surrogate.`);
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : serializeObject(value, path);
    default:
      throw new InvariantBroken(`Canonical JSON does not allow a value of type ${typeof value}, as at ${path}.`);
  }
}

function serializeObject(value: object, path: string): string {
  if (Array.isArray(value)) {
    return `[${Array.from(value, (item: unknown, index) => serialize(item, `${path}[${index}]`)).join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  invariant(
    prototype === Object.prototype || prototype === null,
    `Canonical JSON allows plain objects only, but ${path} is a ${value.constructor.name}.`,
  );
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, item]) => `${serialize(key, `a key of ${path}`)}:${serialize(item, `${path}.${key}`)}`).join(',')}}`;
}
