import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { CATALOGUE } from './catalogue.ts';
import { propertiesSchema } from './event.ts';

/**
 * Why an event breaks the catalogue, in the words of RudderStack's tracking plans: what is neither missing, of another type,
 * undeclared nor unplanned is an `Unknown-Violation` there.
 */
export interface Violation {
  readonly violation:
    | 'Required-Missing'
    | 'Datatype-Mismatch'
    | 'Additional-Properties'
    | 'Unplanned-Event'
    | 'Unknown-Violation';
  /** Where in the event, as a JSON pointer (RFC 6901): `/properties/amount`; what is missing or undeclared, by its parent. */
  readonly path: string;
  /** One sentence, the same for all events that break the same rule, so that they can be counted by it. */
  readonly reason: string;
}

const ajv = new Ajv({ allErrors: false, strict: true, allowUnionTypes: true });
const validators = new Map<string, ValidateFunction>(
  CATALOGUE.map((event) => [event.name, ajv.compile(propertiesSchema(event))]),
);

/** Types that RudderStack knows beside `track`; they carry no event of the catalogue and are stored as they come. */
const OTHER_TYPES = new Set(['identify', 'page', 'screen', 'group', 'alias']);

/** The first thing in which a message breaks the catalogue, or undefined where it keeps to it. */
export function violationOf(message: Readonly<Record<string, unknown>>): Violation | undefined {
  const { type, event, properties, messageId } = message;
  if (typeof messageId !== 'string') {
    return { violation: 'Datatype-Mismatch', path: '/messageId', reason: 'The id of an event is text.' };
  }
  if (typeof type === 'string' && OTHER_TYPES.has(type)) return undefined;
  if (type !== 'track') {
    return {
      violation: 'Unknown-Violation',
      path: '/type',
      reason: `The type ${JSON.stringify(type) ?? 'of the event is missing and'} is not known.`,
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
  return splitsViolation(properties) ?? detourViolation(message);
}

/** What happened before it has no period; what lies so far ahead of its receipt is a wrong clock, and would never be paid. */
const EARLIEST = '2020-01-01T00:00:00.000Z';
const FUTURE_MS = 24 * 60 * 60 * 1000;

/** Whether an event can have happened when it says. Both are instants as RudderStack's processor leaves them. */
export function timeViolation({
  timestamp,
  receivedAt,
}: {
  timestamp: string;
  receivedAt: string;
}): Violation | undefined {
  const ahead = Date.parse(timestamp) - Date.parse(receivedAt);
  if (timestamp >= EARLIEST && ahead <= FUTURE_MS) return undefined;
  const reason = `It is said to have happened ${ahead > FUTURE_MS ? 'more than a day after it was received' : `before ${EARLIEST}`}.`;
  return { violation: 'Unknown-Violation', path: '/timestamp', reason };
}

function violationFrom(error: ErrorObject | undefined): Violation {
  const path = `/properties${error?.instancePath ?? ''}`;
  switch (error?.keyword) {
    case 'required':
      return {
        violation: 'Required-Missing',
        path,
        reason: `The property ${error.params.missingProperty} is missing.`,
      };
    case 'additionalProperties':
      return {
        violation: 'Additional-Properties',
        path,
        reason: `The property ${error.params.additionalProperty} is not in the catalogue.`,
      };
    default:
      return {
        violation: error?.keyword === 'type' ? 'Datatype-Mismatch' : 'Unknown-Violation',
        path,
        reason: `${path.slice('/properties/'.length) || 'properties'} ${error?.message ?? 'does not fit'}.`,
      };
  }
}

/** What would make RudderStack's mapping lay something else into the event's table than its properties, or lay it elsewhere. */
const DETOURS = [['userProperties'], ['integrations', 'BQ', 'options'], ['integrations', 'DATA_WAREHOUSE', 'options']];

function detourViolation(message: Readonly<Record<string, unknown>>): Violation | undefined {
  const taken = DETOURS.find((path) => path.reduce<unknown>(at, message) !== undefined);
  if (!taken) return undefined;
  return {
    violation: 'Additional-Properties',
    path: `/${taken.join('/')}`,
    reason: `${taken.join('.')} would change what becomes of the properties.`,
  };
}

function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

/** A JSON Schema cannot add up. */
function splitsViolation(properties: unknown): Violation | undefined {
  const splits = (properties as { splits?: readonly { share_bps: number }[] }).splits;
  const sum = splits?.reduce((total, { share_bps }) => total + share_bps, 0) ?? 10_000;
  if (sum === 10_000) return undefined;
  return {
    violation: 'Unknown-Violation',
    path: '/properties/splits',
    reason: `The parts of the splits sum to ${sum} instead of 10000 basis points.`,
  };
}
