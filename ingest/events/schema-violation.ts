import type { ErrorObject } from 'ajv';
import type { JsonValue } from '../../warehouse/json.ts';
import { AMOUNT_PATTERN, type Field, SIGNED_AMOUNT_PATTERN } from '../../warehouse/vocabulary/field.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { CHARGE_REQUIRED, WITHOUT_NUL, withoutNul } from './event.ts';

/**
 * A violation of the catalogue, in the terms of RudderStack's tracking plans. Any violation without a more specific type is
 * an `Unknown-Violation`.
 */
export interface Violation {
  readonly violation:
    | 'Required-Missing'
    | 'Datatype-Mismatch'
    | 'Additional-Properties'
    | 'Unplanned-Event'
    | 'Unknown-Violation';
  /** A JSON pointer (RFC 6901) into the event: `/properties/amount`; for a missing or undeclared property, that of its parent. */
  readonly path: string;
  /** One sentence, the same for all events with this violation, so that they can be grouped by it. */
  readonly reason: string;
}

/** The violation of a schema of the catalogue, in a sentence that says how the property must be written. */
export function violationFrom(error: ErrorObject | undefined): Violation {
  const path = `/properties${error?.instancePath ?? ''}`;
  const name = error?.instancePath.slice(1) || 'properties';
  const { keyword, params = {} } = error ?? {};
  switch (keyword) {
    case 'required':
      return {
        violation: 'Required-Missing',
        path,
        reason:
          error?.schemaPath === CHARGE_REQUIRED
            ? `The property ${params.missingProperty} is missing: only what costs nothing, tax included, has no charge.`
            : `The property ${params.missingProperty} is missing.`,
      };
    case 'additionalProperties':
      return {
        violation: 'Additional-Properties',
        path,
        reason: `The property ${withoutNul(params.additionalProperty)} is not in the catalogue.`,
      };
    case 'type':
      return {
        violation: 'Datatype-Mismatch',
        path,
        reason: `${name} is not ${typeWord(params.type)}${suchAs(name)}.`,
      };
  }
  const must = rule(name, { keyword, params }) ?? error?.message ?? 'is not valid';
  return { violation: 'Unknown-Violation', path, reason: `${name} ${must}.` };
}

/** The rule that a property breaks; undefined for a rare one, for which the words of the validator suffice. */
function rule(
  name: string,
  { keyword, params }: { keyword: string | undefined; params: ErrorObject['params'] },
): string | undefined {
  switch (keyword) {
    case 'pattern':
      return patternRule(name, params.pattern);
    case 'enum':
      return params.allowedValues.length <= MOST_LISTED
        ? `is not one of ${params.allowedValues.join(', ')}`
        : `is not one of the ${params.allowedValues.length} allowed values${suchAs(name)}: capitals and spaces count`;
    case 'const':
      return `is not ${JSON.stringify(params.allowedValue)}`;
    case 'minLength':
      return 'is empty';
    case 'maxLength':
      return `has more than ${params.limit} characters`;
    default:
      return undefined;
  }
}

const MOST_LISTED = 20;

function patternRule(name: string, pattern: string): string {
  if (pattern === WITHOUT_NUL) return 'has a NUL character';
  const isSigned = pattern === SIGNED_AMOUNT_PATTERN;
  if (!isSigned && pattern !== AMOUNT_PATTERN) return `is not written${like(name)}: it must match ${pattern}`;
  const sign = isSigned ? 'at most a minus sign before them' : 'no sign';
  return `is not a decimal${suchAs(name)}: at most 18 digits before the point and nine after it, ${sign}, no exponent, no spaces and no commas`;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  object: 'an object',
  array: 'a list',
};

const typeWord = (type: unknown): string => TYPE_WORDS[String(type)] ?? String(type);

/** Of a property, or of a member of one: `splits/0/creator_id`. */
function exampleOf(path: string): JsonValue | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const field: Field | undefined = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof typeof FIELDS] : undefined;
  return field?.example ?? field?.values?.[0];
}

const suchAs = (name: string): string => withExample(' such as', name);
const like = (name: string): string => withExample(' like', name);

function withExample(words: string, name: string): string {
  const example = exampleOf(name);
  return typeof example === 'string' ? `${words} ${JSON.stringify(example)}` : '';
}
