import { type TSchema, Type } from 'typebox';

/** The schema of an object with these properties and no others. */
export function exactly<const P extends Record<string, TSchema>>(properties: P, description: string) {
  return Type.Object(properties, { description, additionalProperties: false });
}
