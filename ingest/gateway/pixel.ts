import type { JsonObject } from '../../warehouse/json.ts';
import { requireIdentity } from './batch.ts';
import { firstOf, type Query } from './query.ts';

/** The transparent one-pixel GIF that is the response to an image tag, whether or not its event was stored. */
export const PIXEL = Buffer.from(
  '4749463839610100010080000000000000000021f904010000002c00000000010001000002024401003b',
  'hex',
);

interface Draft {
  [name: string]: string | boolean | Draft;
}

/**
 * The event in the query of an image tag: `properties.campaign=x` is a nested property, the first value of a name is used.
 * Throws `Refused` if it has neither a userId nor an anonymousId.
 */
export function pixelEvent(query: Query, type: 'track' | 'page', now: string): JsonObject {
  const event = draft({ channel: 'web', integrations: draft({ All: true }), originalTimestamp: now, sentAt: now });
  for (const name of Object.keys(query)) {
    if (name !== 'writeKey') place(event, name.split('.'), firstOf(query, name) ?? '');
  }
  event.type = type;
  return requireIdentity(event);
}

function place(event: Draft, path: readonly string[], value: string): void {
  let node = event;
  for (const name of path.slice(0, -1)) {
    const inner = node[name];
    const next = typeof inner === 'object' ? inner : draft({});
    node[name] = next;
    node = next;
  }
  node[path.at(-1) ?? ''] = value;
}

/** Without a prototype, so that `__proto__` is an ordinary name. */
function draft(fields: Draft): Draft {
  return Object.assign(Object.create(null), fields);
}
