import { Rejected } from '../../warehouse/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';

/** The options of a BigQuery destination that change the content of its tables, with RudderStack's own names. */
export interface Destination extends JsonObject {
  readonly skipUsersTable: boolean;
  readonly skipTracksTable: boolean;
  readonly allowUsersContextTraits: boolean;
  readonly underscoreDivideNumbers: boolean;
  readonly storeFullEvent: boolean;
  /** Paths, separated by commas, whose values are stored as JSON text. */
  readonly jsonPaths: string;
}

/** RudderStack's defaults for a new BigQuery destination. */
export const NEW_DESTINATION: Destination = {
  skipUsersTable: true,
  skipTracksTable: false,
  allowUsersContextTraits: false,
  underscoreDivideNumbers: false,
  storeFullEvent: false,
  jsonPaths: '',
};

/**
 * Parses options as JSON, `{"skipTracksTable":true}`; others have the defaults of a new destination. Throws `Rejected` for an
 * unknown option or a wrong type.
 */
export function parseDestination(text: string): Destination {
  const options = requireJsonObject(text);
  for (const [name, value] of Object.entries(options)) {
    const known = Object.hasOwn(NEW_DESTINATION, name) ? NEW_DESTINATION[name] : undefined;
    if (known === undefined) {
      throw new Rejected(`There is no option ${name}; the options are ${Object.keys(NEW_DESTINATION).join(', ')}.`);
    }
    if (typeof value !== typeof known) throw new Rejected(`The option ${name} must be a ${typeof known}.`);
  }
  return { ...NEW_DESTINATION, ...options };
}

function requireJsonObject(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (isJsonObject(value)) return value;
  } catch {}
  throw new Rejected('it is not a JSON object.');
}
