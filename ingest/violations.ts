import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { CATALOGUE } from './catalogue.ts';
import { propertiesSchema } from './events/event.ts';

/** Why an event breaks the catalogue, in RudderStack's words. */
export interface Violation {
  readonly violation:
    | 'Required-Missing'
    | 'Datatype-Mismatch'
    | 'Additional-Properties'
    | 'Unplanned-Event'
    | 'Unknown-Type';
  /** Where in the event: `/properties/amount`. */
  readonly path: string;
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
  const { type, event, properties } = message;
  if (typeof type === 'string' && OTHER_TYPES.has(type)) return undefined;
  if (type !== 'track') {
    return {
      violation: 'Unknown-Type',
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
  return splitsViolation(properties);
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
        violation: 'Datatype-Mismatch',
        path,
        reason: `${path.slice('/properties/'.length) || 'properties'} ${error?.message ?? 'does not fit'}.`,
      };
  }
}

/** A JSON Schema cannot add up. */
function splitsViolation(properties: unknown): Violation | undefined {
  const splits = (properties as { splits?: readonly { share_bps: number }[] }).splits;
  const sum = splits?.reduce((total, { share_bps }) => total + share_bps, 0) ?? 10_000;
  if (sum === 10_000) return undefined;
  return {
    violation: 'Datatype-Mismatch',
    path: '/properties/splits',
    reason: `The parts of the splits sum to ${sum} instead of 10000 basis points.`,
  };
}
