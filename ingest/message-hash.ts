import { sha256Hex } from '../warehouse/ids.ts';
import type { JsonObject, JsonValue } from '../warehouse/json.ts';

/**
 * What an event says, as one hash: by it a repetition is told from another event under the same id. It is the same whether
 * the event came from its sender or by way of RudderStack, which sorts keys, writes `''` for a user who is not named, and
 * adds a time where the sender gave none; so no time counts, nor anything else that changes when an event is sent again.
 */
export function messageHash({ type, event, userId, properties }: JsonObject): string {
  const said = [type, event, userId === '' ? undefined : userId, properties && withSortedKeys(properties)];
  return sha256Hex(JSON.stringify(said));
}

function withSortedKeys(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withSortedKeys);
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, withSortedKeys(value[key] as JsonValue)]),
  );
}
