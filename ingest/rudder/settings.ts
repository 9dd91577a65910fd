import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Naming, namingOf } from './names.ts';

/** RudderStack's name of the warehouse whose mapping is used. */
export const DESTINATION = 'BQ';

const COLUMN_LIMIT = 1600;

/** The settings for the mapping of one message. */
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

/** Paths whose value is stored as JSON text: their keys joined by `_`, with the level of the last key. */
interface JsonPaths {
  /** Paths that start with the type of the message: `track.properties.location`. */
  readonly full: ReadonlyMap<string, number>;
  /** Paths within the properties or the context of a track. */
  readonly legacy: ReadonlyMap<string, number>;
}

/** The settings for a message: from the destination, the server, and the message's own `integrations`. */
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
