import { AMOUNT_PATTERN, isFreeText } from '../../warehouse/vocabulary/field.ts';
import { type Column, columnOf, FIELDS, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { Split } from '../../warehouse/vocabulary/terms.ts';

/** The type of a property in an event: amounts and quantities are decimal strings, because a JSON number loses digits. */
type PropertyType<N extends FieldName> = N extends 'splits'
  ? readonly Split[]
  : (typeof FIELDS)[N]['type'] extends 'bool'
    ? boolean
    : string;

/** The properties of an event as its producer sends them. */
export type PropertiesOf<C extends Column> = {
  readonly [N in C extends FieldName ? C : never]: PropertyType<N>;
} & { readonly [N in C extends `${infer O extends FieldName}?` ? O : never]?: PropertyType<N> };

export interface EventDeclaration<C extends Column = Column> {
  /** In the past tense and in RudderStack's style: `License Purchased`. */
  readonly name: string;
  readonly version: number;
  /** One sentence: what has happened when this event is sent. */
  readonly meaning: string;
  /** The property that is also the event's `userId`. */
  readonly subject: 'creator_id' | 'developer_id' | 'proposed_by' | 'decided_by' | 'changed_by';
  /** The least trusted kind of source that may send it; see senders.ts. Without it, a server of the marketplace. */
  readonly sentBy?: 'browser' | 'internal';
  readonly properties: readonly C[];
}

export function defineEvent<const C extends Column>(declaration: EventDeclaration<C>): EventDeclaration<C> {
  return declaration;
}

/** The most characters of a text whose field says nothing else. */
export const LONGEST_TEXT = 500;
/** PostgreSQL stores no text with a NUL character, so one would keep the marts from being published. */
export const WITHOUT_NUL = '^[^\\u0000]*$';
/** A name that was sent, with the picture of NUL in its place. */
export const withoutNul = (name: string): string => name.replaceAll('\0', '␀');
const INSTANT_PATTERN = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$';

/** The JSON Schema of an event's properties; undeclared properties are not allowed. */
export function propertiesSchema(event: EventDeclaration): object {
  const columns = event.properties.map(columnOf);
  return {
    type: 'object',
    properties: {
      event_version: { const: event.version, description: FIELDS.event_version.meaning },
      ...Object.fromEntries(columns.map(({ name }) => [name, toPropertySchema(name)])),
    },
    required: ['event_version', ...columns.filter(({ optional }) => !optional).map(({ name }) => name)],
    additionalProperties: false,
    ...(columns.some(isNeededUnlessFree) ? CHARGED_UNLESS_FREE : {}),
  };
}

/** Whether a property may be left out only by what costs nothing. */
export const isNeededUnlessFree = ({ name, optional }: ReturnType<typeof columnOf>): boolean =>
  name === 'charge_id_stripe' && optional;

const ZERO = { type: 'string', pattern: '^0(\\.0+)?$' };
/** Stripe makes no charge of zero, so what costs nothing has none. */
const CHARGED_UNLESS_FREE = {
  if: { properties: { amount: ZERO, tax_amount: ZERO } },
  else: { properties: { charge_id_stripe: true }, required: ['charge_id_stripe'] },
};
/** Where this rule stands in the schema. */
export const CHARGE_REQUIRED = '#/else/required';

function toPropertySchema(name: FieldName): object {
  const field = columnOf(name).field;
  const description = field.meaning;
  switch (field.type) {
    case 'numeric':
      return { type: 'string', pattern: field.pattern ?? AMOUNT_PATTERN, description };
    case 'timestamp':
      return { type: 'string', pattern: INSTANT_PATTERN, description };
    case 'bool':
      return { type: 'boolean', description };
    case 'json':
      return { ...field.schema, description };
    case 'string':
      return {
        type: 'string',
        minLength: 1,
        maxLength: field.maxLength ?? LONGEST_TEXT,
        ...(isFreeText(field) ? { pattern: WITHOUT_NUL } : {}),
        ...(field.pattern ? { pattern: field.pattern } : {}),
        ...(field.values ? { enum: field.values } : {}),
        description,
      };
    default:
      // RudderStack changes the type of whole numbers and dates on the way to the warehouse, so events must not contain them.
      throw new TypeError(`The field ${name} of type ${field.type} cannot be a property of an event.`);
  }
}
