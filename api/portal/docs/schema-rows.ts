import type { OpenAPIV3_1 } from 'openapi-types';

type Schema = OpenAPIV3_1.SchemaObject;
type Referable = Schema | OpenAPIV3_1.ReferenceObject;

/** A member of a JSON value, as documentation lists it. */
export interface SchemaRow {
  /** `data[].terms[].rate` */
  readonly path: string;
  /** `string | null` */
  readonly type: string;
  readonly isRequired: boolean;
  readonly meaning: string;
}

/** How far members of members are followed, and of how many alternatives. */
const DEEPEST = 5;
const MOST_ALTERNATIVES = 3;
const MOST_VALUES = 6;

/** The members of a JSON value by its schema, outer ones first; none for a value without members. */
export function schemaRows(schema: Referable, document: OpenAPIV3_1.Document): readonly SchemaRow[] {
  return [...membersOf(schema, { document, path: '', depth: 0 })];
}

interface Place {
  readonly document: OpenAPIV3_1.Document;
  readonly path: string;
  readonly depth: number;
}

function* membersOf(given: Referable, place: Place): Generator<SchemaRow> {
  const schema = resolved(given, place.document);
  const { document, path, depth } = place;
  if (depth > DEEPEST) return;
  const alternatives = schema.anyOf ?? schema.oneOf ?? [];
  if (alternatives.length <= MOST_ALTERNATIVES) for (const each of alternatives) yield* membersOf(each, place);
  if ('items' in schema && schema.items) yield* membersOf(schema.items, { document, path: `${path}[]`, depth });
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const member = resolved(property, document);
    const at = path === '' ? name : `${path}.${name}`;
    yield {
      path: at,
      type: schemaType(member, document),
      isRequired: schema.required?.includes(name) ?? false,
      meaning: member.description ?? '',
    };
    yield* membersOf(member, { document, path: at, depth: depth + 1 });
  }
}

/** The type of a value, in the words of JSON Schema. */
export function schemaType(given: Referable, document: OpenAPIV3_1.Document): string {
  const schema = resolved(given, document);
  const { enum: values, anyOf, oneOf, format, type } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (values) {
    const some = values.slice(0, MOST_VALUES).map((value) => JSON.stringify(value));
    return [...some, ...(values.length > MOST_VALUES ? ['…'] : [])].join(' | ');
  }
  const alternatives = anyOf ?? oneOf;
  if (alternatives) return [...new Set(alternatives.map((each) => schemaType(each, document)))].join(' | ');
  if ('items' in schema && schema.items) return `array of ${schemaType(schema.items, document)}`;
  const named = [type ?? 'any'].flat().join(' | ');
  return format === undefined ? named : `${named} (${format})`;
}

/** What a reference within the document leads to. */
export function resolved<T extends object>(given: T | OpenAPIV3_1.ReferenceObject, document: OpenAPIV3_1.Document): T {
  if (!('$ref' in given)) return given;
  const found = given.$ref
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>>)[key], document);
  return found as T;
}
