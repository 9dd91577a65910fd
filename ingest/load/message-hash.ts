import { sha256Hex } from '../../warehouse/ids.ts';
import type { JsonObject, JsonValue } from '../../warehouse/json.ts';

/**
 * What an event says, as one hash: by it a repetition is told from another event under the same id. It is the same whether
 * the event came from its sender or by way of RudderStack, which sorts keys, writes `''` for a user who is not named, and
 * adds a time where the sender gave none; so no time counts, nor anything else that changes when an event is sent again.
 */
export function messageHash(message: JsonObject): string {
  const said = SAYING.map((key) => {
    const value = message[key];
    return value === undefined || value === '' ? null : withSortedKeys(value, SORTED_LEVELS);
  });
  return sha256Hex(JSON.stringify(said));
}

const SAYING = [
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

/** What is nested deeper is set aside anyway, and must not exhaust the stack before. */
const SORTED_LEVELS = 1_000;

function withSortedKeys(value: JsonValue, levels: number): JsonValue {
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  if (Array.isArray(value)) return value.map((each) => withSortedKeys(each, levels - 1));
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, withSortedKeys(value[key] as JsonValue, levels - 1)]),
  );
}
