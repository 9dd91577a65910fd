import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { Refused } from './refusals.ts';

/** The endpoints for a single event, whose type is that of the endpoint, whatever the event contains. */
export const SINGLE_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'merge', 'audiencelist'] as const;

/** A bare event is one that RudderStack forwards: it contains its type. */
export type RequestKind = (typeof SINGLE_TYPES)[number] | 'batch' | 'import' | 'bare event';

/** Types that describe a row rather than an action, and so need no userId or anonymousId. */
const WITHOUT_ID: readonly (JsonValue | undefined)[] = ['record', 'extract'];

/** The events of a request body, at least one except for an import. Throws `Refused` if any of them is invalid. */
export function parseEvents(body: Buffer, kind: RequestKind): JsonObject[] {
  const root = parse(body);
  if (kind === 'import') return requireImported(elementsOf(root));
  const elements = kind === 'batch' ? elementsOf(root) : [root];
  if (elements.length === 0) throw new Refused(400, 'empty batch payload');
  return elements.map((element) => {
    const event = requireObject(element);
    return requireIdentity(kind === 'batch' || kind === 'bare event' ? event : { ...event, type: kind });
  });
}

/**
 * RudderStack splits an import by user and concatenates the errors of all users; it has a status only for a single error, and
 * answers 500 for several.
 */
function requireImported(elements: readonly JsonValue[]): JsonObject[] {
  const events: JsonObject[] = [];
  const refusals = new Map<string, Refused>();
  for (const element of elements) {
    try {
      events.push(requireIdentity(requireObject(element)));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const user = isJsonObject(element) ? JSON.stringify([element.userId, element.anonymousId]) : '';
      if (!refusals.has(user)) refusals.set(user, error);
    }
  }
  const [first, ...others] = refusals.values();
  if (first === undefined) return events;
  if (others.length === 0) throw first;
  throw new Refused(500, [first, ...others].map(({ message }) => message).join(''));
}

/** Whether a value counts as missing id or messageId: null, undefined or only spaces. */
export function isBlank(value: JsonValue | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** The event. Throws `Refused` if it has neither a userId nor an anonymousId and its type needs one. */
export function requireIdentity(event: JsonObject): JsonObject {
  if (isBlank(event.userId) && isBlank(event.anonymousId) && !WITHOUT_ID.includes(event.type)) {
    throw new Refused(400, 'request neither has anonymousId nor userId');
  }
  return event;
}

function parse(body: Buffer): JsonValue {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Refused(400, 'invalid json');
  }
}

function elementsOf(root: JsonValue): readonly JsonValue[] {
  const batch = isJsonObject(root) ? root.batch : undefined;
  if (Array.isArray(batch)) return batch;
  return batch === undefined || batch === null ? [] : [batch];
}

function requireObject(element: JsonValue): JsonObject {
  if (!isJsonObject(element)) throw new Refused(400, 'event is not a valid rudder event');
  return element;
}
