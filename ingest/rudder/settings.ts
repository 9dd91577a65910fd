import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Naming, namingOf } from './names.ts';

/** The warehouse that this project loads as, by the name that RudderStack has for it. */
export const DESTINATION = 'BQ';

const COLUMN_LIMIT = 1600;

/** What governs the mapping of one message. */
export interface Settings {
  readonly naming: Naming;
  readonly skipTracksTable: boolean;
  readonly skipUsersTable: boolean;
  readonly allowUsersContextTraits: boolean;
  readonly storeFullEvent: boolean;
  readonly resolveIdentities: boolean;
  readonly describeSource: boolean;
  readonly columnLimit: number;
  readonly jsonPaths: JsonPaths | undefined;
}

/** Paths whose value is kept as JSON text: their keys joined by `_`, with the level at which the last one stands. */
export interface JsonPaths {
  /** From the message's type on: `track.properties.location`. */
  readonly full: ReadonlyMap<string, number>;
  /** From a track's properties or context on. */
  readonly legacy: ReadonlyMap<string, number>;
}

/** The settings of a message: from the destination, the server, and the message's own `integrations`. */
export function settingsOf(message: JsonObject, destConfig: JsonObject, serverConfig: JsonObject): Settings {
  const own = optionsIn(message.integrations, DESTINATION);
  const columnLimit = serverConfig.WH_MAX_COLUMNS_IN_EVENT;
  return {
    naming: namingOf({
      destination: DESTINATION,
      underscoreDivideNumbers: destConfig.underscoreDivideNumbers === true,
      useBlendoCasing: own.useBlendoCasing === true,
      skipReservedKeywordsEscaping: own.skipReservedKeywordsEscaping === true,
    }),
    skipTracksTable: destConfig.skipTracksTable === true || own.skipTracksTable === true,
    skipUsersTable: destConfig.skipUsersTable === true || own.skipUsersTable === true,
    allowUsersContextTraits: destConfig.allowUsersContextTraits === true,
    storeFullEvent: destConfig.storeFullEvent === true,
    resolveIdentities: serverConfig['Warehouse.enableIDResolution'] === true,
    describeSource: serverConfig.WH_POPULATE_SRC_DEST_INFO_IN_CONTEXT !== false,
    columnLimit: typeof columnLimit === 'number' ? columnLimit : COLUMN_LIMIT,
    jsonPaths: jsonPathsOf([
      ...textsIn(optionsIn(message.integrations, 'DATA_WAREHOUSE').jsonPaths),
      ...textsIn(own.jsonPaths),
      ...(typeof destConfig.jsonPaths === 'string' ? destConfig.jsonPaths.split(',') : []),
    ]),
  };
}

const NONE: JsonObject = {};

function optionsIn(integrations: JsonValue | undefined, name: string): JsonObject {
  const integration = isJsonObject(integrations) ? integrations[name] : undefined;
  const options = isJsonObject(integration) ? integration.options : undefined;
  return isJsonObject(options) ? options : NONE;
}

function textsIn(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((element) => typeof element === 'string') : [];
}

const FULL_PATH = /^(track|identify|page|screen|alias|group|extract)\./i;

function jsonPathsOf(untrimmed: readonly string[]): JsonPaths | undefined {
  const paths = untrimmed.map((path) => path.trim()).filter((path) => path !== '');
  if (paths.length === 0) return undefined;
  const full = new Map<string, number>();
  const legacy = new Map<string, number>();
  for (const path of paths) {
    const keys = path.split('.');
    (FULL_PATH.test(path) ? full : legacy).set(keys.join('_'), keys.length - 1);
  }
  return { full, legacy };
}
