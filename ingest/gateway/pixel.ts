import type { JsonObject } from '../../warehouse/json.ts';
import { identified } from './batch.ts';
import { firstOf, type Query } from './query.ts';

/** The transparent GIF of one point that an image tag is answered with, whatever became of its event. */
export const PIXEL = Buffer.from(
  '4749463839610100010080000000000000000021f904010000002c00000000010001000002024401003b',
  'hex',
);

interface Draft {
  [name: string]: string | boolean | Draft;
}

/**
 * The event that the query of an image tag tells of: `properties.campaign=x` nests, the first value of a name counts.
 * Throws `Refused` where it does not say whose it is.
 */
export function pixelEvent(query: Query, type: 'track' | 'page', now: string): JsonObject {
  const event = draft({ channel: 'web', integrations: draft({ All: true }), originalTimestamp: now, sentAt: now });
  for (const name of Object.keys(query)) {
    if (name !== 'writeKey') place(event, name.split('.'), firstOf(query, name) ?? '');
  }
  event.type = type;
  return identified(event);
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

/** Without a prototype, so that a name like `__proto__` is a name like any other. */
function draft(fields: Draft): Draft {
  return Object.assign(Object.create(null), fields);
}
