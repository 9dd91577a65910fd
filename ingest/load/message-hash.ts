import { sha256Hex } from '../../warehouse/ids.ts';
import { type JsonObject, type JsonValue, jsonText } from '../../warehouse/json.ts';

/**
 * The hash of an event's content. It distinguishes a duplicate from a different event under the same id. It is the same
 * whether the event came directly from its sender or through RudderStack, which sorts keys, writes `''` for a missing user
 * id, and adds a missing timestamp. Times and everything else that changes when an event is resent are therefore left out.
 */
export function messageHash(message: JsonObject): string {
  const content = CONTENT_KEYS.map((key) => {
    const value = message[key];
    return value === undefined || value === '' ? null : withSortedKeys(value, SORTED_LEVELS);
  });
  return sha256Hex(JSON.stringify(content));
}

const CONTENT_KEYS = [
  'type',
  'event',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'name',
  'properties',
  'traits',
] as const;

/** Deeper events are quarantined anyway, and must not exhaust the stack here: what is below is text. */
const SORTED_LEVELS = 1_000;

function withSortedKeys(value: JsonValue, levels: number): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return jsonText(value);
  if (Array.isArray(value)) return value.map((each) => withSortedKeys(each, levels - 1));
  const sorted: Record<string, JsonValue> = {};
  for (const name of Object.keys(value).sort()) {
    const inner = withSortedKeys(value[name] as JsonValue, levels - 1);
    // To assign it would set the prototype.
    if (name === '__proto__') Object.defineProperty(sorted, name, { value: inner, enumerable: true });
    else sorted[name] = inner;
  }
  return sorted;
}
