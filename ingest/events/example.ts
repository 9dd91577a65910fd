import { requirePresent } from '../../warehouse/invariant.ts';
import type { JsonObject, JsonValue } from '../../warehouse/json.ts';
import { columnOf, type FieldName } from '../../warehouse/vocabulary/fields.ts';
import { tableName } from '../rudder/names.ts';
import type { EventDeclaration } from './event.ts';

/** A complete and valid event, with the examples of its fields. The same declaration gives the same example. */
export function exampleOf({ name, version, subject, properties }: EventDeclaration): JsonObject {
  return {
    type: 'track',
    event: name,
    messageId: `${tableName(name)}-1`,
    userId: exampleValue(subject),
    timestamp: '2026-01-31T12:00:00.000Z',
    properties: {
      event_version: version,
      ...Object.fromEntries(properties.map(columnOf).map((column) => [column.name, exampleValue(column.name)])),
    },
  };
}

function exampleValue(name: FieldName): JsonValue {
  const { example, values } = columnOf(name).field;
  return requirePresent(example ?? values?.[0], `The field ${name} needs an example, because an event has it.`);
}
