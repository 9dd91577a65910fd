import { isJsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Cells, isBlank, put } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { goInteger, goText } from './go-text.ts';

/** Columns that RudderStack fills itself, each with the source of its value. */
type Rules = Readonly<Record<string, (event: MappedEvent) => JsonValue | undefined>>;

const ADDRESSES: Rules = {
  context_ip: (event) => firstFilled(passedIp(event), event.message.request_ip),
  context_request_ip: ({ message }) => message.request_ip,
  context_passed_ip: passedIp,
};

const TIMES: Rules = {
  sent_at: ({ message }) => message.sentAt,
  timestamp: ({ message }) => message.timestamp,
  original_timestamp: ({ message }) => message.originalTimestamp,
};

export const COMMON: Rules = {
  id: ({ id }) => id,
  anonymous_id: ({ message }) => message.anonymousId,
  user_id: ({ message }) => message.userId,
  ...TIMES,
  received_at: ({ receivedAt }) => receivedAt,
  channel: ({ message }) => message.channel,
  ...ADDRESSES,
};

export const TRACK: Rules = { event_text: ({ message }) => message.event };
export const TRACKS_TABLE: Rules = {
  record_id: (event) => (hasRecordId(event) ? plainText(requireRecordId(event)) : undefined),
};
export const EVENT_TABLE: Rules = { id: (event) => (hasRecordId(event) ? requireRecordId(event) : event.id) };
export const USERS_TABLE: Rules = { ...ADDRESSES, ...TIMES };
export const NAMED: Rules = {
  name: ({ message }) =>
    firstFilled(message.name, isJsonObject(message.properties) ? message.properties.name : undefined),
};
export const GROUP: Rules = { group_id: ({ message }) => message.groupId };
export const ALIAS: Rules = { previous_id: ({ message }) => message.previousId };
export const EXTRACT: Rules = {
  id: requireRecordId,
  received_at: ({ receivedAt }) => receivedAt,
  event: ({ message }) => message.event,
};

const columnsOf = (...rules: readonly Rules[]): ReadonlySet<string> => new Set(rules.flatMap(Object.keys));

/** By type of message: columns that properties, traits and the context cannot set. */
export const RESERVED_COLUMNS: Readonly<Record<string, ReadonlySet<string>>> = {
  track: columnsOf(COMMON, TRACK, TRACKS_TABLE, EVENT_TABLE),
  identify: columnsOf(COMMON),
  page: columnsOf(COMMON, NAMED),
  screen: columnsOf(COMMON, NAMED),
  group: columnsOf(COMMON, GROUP),
  alias: columnsOf(COMMON, ALIAS),
  extract: columnsOf(EXTRACT),
};

/** Sets the columns of the rules, except those whose value is blank, an object or an array. */
export function apply(rules: Rules, event: MappedEvent, cells: Cells): void {
  for (const column in rules) {
    const value = rules[column]?.(event);
    if (value !== undefined && !isBlank(value) && typeof value !== 'object') put(cells, column, value);
  }
}

/** A value in RudderStack's format of an id: whole numbers without exponent, empty for null. */
export function plainText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'number' && Number.isInteger(value) ? goInteger(value) : goText(value);
}

function passedIp({ message }: MappedEvent): JsonValue | undefined {
  return isJsonObject(message.context) ? message.context.ip : undefined;
}

function firstFilled(...values: readonly (JsonValue | undefined)[]): JsonValue | undefined {
  return values.find((value) => !isBlank(value));
}

/** The categories of sources from which RudderStack itself pulls rows; their rows have the source's record id. */
const PULLED_CATEGORIES: ReadonlySet<string> = new Set(['cloud', 'singer-protocol']);

function hasRecordId({ message, sourceCategory }: MappedEvent): boolean {
  if (!PULLED_CATEGORIES.has(sourceCategory.toLowerCase())) return false;
  const sources = isJsonObject(message.context) ? message.context.sources : undefined;
  return isJsonObject(sources) && !isBlank(sources.version);
}

function requireRecordId({ recordId: id }: MappedEvent): JsonValue {
  if (id === undefined || isBlank(id) || typeof id === 'object') {
    throw new Unmappable('recordId cannot be empty for cloud sources events');
  }
  return id;
}
