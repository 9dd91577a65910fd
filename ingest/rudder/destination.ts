import { Rejected } from '../../warehouse/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';

/** The options of a BigQuery destination that change what its tables hold, by RudderStack's own names. */
export interface Destination extends JsonObject {
  readonly skipUsersTable: boolean;
  readonly skipTracksTable: boolean;
  readonly allowUsersContextTraits: boolean;
  readonly underscoreDivideNumbers: boolean;
  readonly storeFullEvent: boolean;
  /** Paths, separated by commas, whose value is kept as JSON text. */
  readonly jsonPaths: string;
}

/** As RudderStack sets up a new BigQuery destination. */
export const NEW_DESTINATION: Destination = {
  skipUsersTable: true,
  skipTracksTable: false,
  allowUsersContextTraits: false,
  underscoreDivideNumbers: false,
  storeFullEvent: false,
  jsonPaths: '',
};

/**
 * Reads options as JSON, `{"skipTracksTable":true}`; those that are not named are a new destination's. Throws `Rejected`
 * for one that does not exist or has another type.
 */
export function parseDestination(text: string): Destination {
  const given = objectIn(text);
  for (const [name, value] of Object.entries(given)) {
    const known = Object.hasOwn(NEW_DESTINATION, name) ? NEW_DESTINATION[name] : undefined;
    if (known === undefined) {
      throw new Rejected(`There is no option ${name}; there are ${Object.keys(NEW_DESTINATION).join(', ')}.`);
    }
    if (typeof value !== typeof known) throw new Rejected(`The option ${name} must be a ${typeof known}.`);
  }
  return { ...NEW_DESTINATION, ...given };
}

function objectIn(text: string): JsonObject {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (isJsonObject(value)) return value;
  } catch {}
  throw new Rejected('it is not a JSON object.');
}
