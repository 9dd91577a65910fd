import { Ajv, type ValidateFunction } from 'ajv';
import { DAY_MS } from '../../warehouse/clock.ts';
import { existingTimestamp } from '../rudder/timestamps.ts';
import { CATALOGUE } from './catalogue.ts';
import { propertiesSchema } from './event.ts';
import { type Violation, violationFrom } from './schema-violation.ts';

export type { Violation } from './schema-violation.ts';

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>(
  CATALOGUE.map((event) => [event.name, ajv.compile(propertiesSchema(event))]),
);

/** RudderStack's types other than `track`; they are not in the catalogue and are stored unchecked. */
const OTHER_TYPES: ReadonlySet<unknown> = new Set(['identify', 'page', 'screen', 'group', 'alias']);

export const isOtherType = (type: unknown): boolean => OTHER_TYPES.has(type);

/** The first violation of the catalogue by a message, or undefined if it is valid. */
export function violationOf(message: Readonly<Record<string, unknown>>): Violation | undefined {
  const { type, event, properties, messageId } = message;
  if (typeof messageId !== 'string') {
    return { violation: 'Datatype-Mismatch', path: '/messageId', reason: 'The messageId is not a string.' };
  }
  if (messageId.includes('\0')) {
    return { violation: 'Unknown-Violation', path: '/messageId', reason: 'The messageId has a NUL character.' };
  }
  if (isOtherType(type)) return undefined;
  if (type !== 'track') {
    return {
      violation: 'Unknown-Violation',
      path: '/type',
      reason: type === undefined ? 'The type is missing.' : `The type ${JSON.stringify(type)} is not supported.`,
    };
  }
  const validate = typeof event === 'string' ? validators.get(event) : undefined;
  if (!validate) {
    return {
      violation: 'Unplanned-Event',
      path: '/event',
      reason: `The event ${JSON.stringify(event) ?? '(none)'} is not in the catalogue.`,
    };
  }
  if (!validate(properties ?? {})) return violationFrom(validate.errors?.[0]);
  return splitsViolation(properties) ?? forbiddenPathViolation(message) ?? unreadableTimeViolation(message);
}

/**
 * RudderStack takes the time of receipt for one that it cannot read; a sale would be booked in the wrong month. Without a `timestamp`, the
 * other two decide when the event happened.
 */
function unreadableTimeViolation(message: Readonly<Record<string, unknown>>): Violation | undefined {
  const used = isGiven(message.timestamp) ? ['timestamp'] : ['originalTimestamp', 'sentAt'];
  const name = used.find((each) => isGiven(message[each]) && !isTime(message[each]));
  if (name === undefined) return undefined;
  return {
    violation: 'Datatype-Mismatch',
    path: `/${name}`,
    reason: `The ${name} is not a time such as 2026-01-31T12:00:00.000Z.`,
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const isTime = (value: unknown): boolean => typeof value === 'string' && existingTimestamp(value) !== undefined;

/** No period is before this; a timestamp further ahead of its receipt means a wrong clock, and the event would never be paid. */
const EARLIEST = '2020-01-01T00:00:00.000Z';
const FUTURE_MS = DAY_MS;

/** The violation of an implausible timestamp. Both are instants in the format of RudderStack's processor. */
export function timeViolation({
  timestamp,
  receivedAt,
}: {
  timestamp: string;
  receivedAt: string;
}): Violation | undefined {
  // Instants in one format compare as text.
  const ahead = timestamp <= receivedAt ? 0 : Date.parse(timestamp) - Date.parse(receivedAt);
  if (timestamp >= EARLIEST && ahead <= FUTURE_MS) return undefined;
  const reason = `The timestamp is ${ahead > FUTURE_MS ? 'more than a day after the receipt' : `before ${EARLIEST}`}.`;
  return { violation: 'Unknown-Violation', path: '/timestamp', reason };
}

/** Members that would make RudderStack's mapping write other values into the event's table, or write to another table. */
const FORBIDDEN_PATHS = [
  ['userProperties'],
  ['integrations', 'BQ', 'options'],
  ['integrations', 'DATA_WAREHOUSE', 'options'],
];

function forbiddenPathViolation(message: Readonly<Record<string, unknown>>): Violation | undefined {
  const found = FORBIDDEN_PATHS.find((path) => path.reduce<unknown>(at, message) !== undefined);
  if (!found) return undefined;
  return {
    violation: 'Additional-Properties',
    path: `/${found.join('/')}`,
    reason: `${found.join('.')} is not allowed: it would change how the properties are stored.`,
  };
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** A JSON Schema cannot check a sum. */
function splitsViolation(properties: unknown): Violation | undefined {
  const splits = (properties as { splits?: readonly { share_bps: number }[] }).splits;
  const sum = splits?.reduce((total, { share_bps }) => total + share_bps, 0) ?? 10_000;
  if (sum === 10_000) return undefined;
  return {
    violation: 'Unknown-Violation',
    path: '/properties/splits',
    reason: `The shares of the splits sum to ${sum} instead of 10000 basis points.`,
  };
}
