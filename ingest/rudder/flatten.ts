import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Cells, isBlank, put } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { goJson } from './go-text.ts';
import { RESERVED_COLUMNS } from './rules.ts';

/** The position of an object, both as a path in the message and as the prefix of its columns. */
interface Place {
  /** The keys above it, starting with the message's type, each followed by `_`. */
  readonly path: string;
  readonly pathLevel: number;
  /** The prefix of its keys in column names. */
  readonly prefix: string;
  readonly level: number;
}

/** The levels to which objects of a cloud source are flattened. */
const CLOUD_LEVELS = 3;

/** RudderStack has no such limit. Ours prevents one message from exhausting the stack of the loader. */
export const DEPTH_LIMIT = 1_000;

/** The place of a top-level member of the message; the names of its columns are its keys after `prefix`. */
export function placeOf({ type }: MappedEvent, key: string, prefix = ''): Place {
  return { path: `${type}_${key}_`, pathLevel: 2, prefix, level: 0 };
}

/** The place of `context.traits` if they are used as the user's traits. */
export function contextTraitsPlace({ type }: MappedEvent): Place {
  return { path: `${type}_context_traits_`, pathLevel: 3, prefix: '', level: 0 };
}

/** Adds the values of an object as columns; if several keys map to one column, the last in byte order wins. */
export function flatten(cells: Cells, input: JsonValue | undefined, at: { event: MappedEvent; place: Place }): void {
  if (!isJsonObject(input)) return;
  const { event, place } = at;
  if (place.pathLevel > DEPTH_LIMIT) assertNotDeeper(input, 0);
  if (mayBeSpreadText(place.path)) {
    const text = spreadText(input);
    if (text !== undefined) {
      if (place.prefix === 'context_traits_') set(cells, event, [place.prefix, text]);
      return;
    }
  }
  const levels = DEPTH_LIMIT - place.pathLevel;
  for (const key of Object.keys(input).sort()) {
    const value = input[key];
    if (value === undefined || isBlank(value)) continue;
    const name = place.prefix + key;
    if (isJsonPath(event, place, key)) {
      set(cells, event, [name, jsonText(value, levels)]);
    } else if (!isJsonObject(value)) {
      assertNotDeeper(value, levels);
      set(cells, event, [name, value]);
    } else if (event.sourceCategory === 'cloud' && place.level >= CLOUD_LEVELS) {
      set(cells, event, [name, jsonText(value, levels)]);
    } else {
      flatten(cells, value, { event, place: below(place, key) });
    }
  }
}

function below({ path, pathLevel, prefix, level }: Place, key: string): Place {
  return { path: `${path}${key}_`, pathLevel: pathLevel + 1, prefix: `${prefix}${key}_`, level: level + 1 };
}

function set(cells: Cells, { type, settings }: MappedEvent, [key, value]: readonly [string, JsonValue]): void {
  const column = settings.naming.column(key);
  if (column === '' || RESERVED_COLUMNS[type]?.has(column)) return;
  put(cells, column, value);
}

/** A value as JSON text. Throws `Unmappable` if it is nested too deeply to be serialized. */
export function jsonText(value: JsonValue, levels = DEPTH_LIMIT): string {
  assertNotDeeper(value, levels);
  return goJson(value);
}

function assertNotDeeper(value: JsonValue, levels: number): void {
  if (isDeeper(value, levels)) throw new Unmappable(`The message is nested deeper than ${DEPTH_LIMIT} levels.`);
}

function isDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function isJsonPath({ type, settings: { jsonPaths } }: MappedEvent, place: Place, key: string): boolean {
  if (!jsonPaths) return false;
  if (jsonPaths.full.get(place.path + key) === place.pathLevel) return true;
  return type === 'track' && jsonPaths.legacy.get(place.prefix + key) === place.level;
}

function mayBeSpreadText(path: string): boolean {
  return path.endsWith('context_traits_') || path === 'group_traits_';
}

/** The text of `{"0": "a", "1": "b"}`, which some SDKs send if they spread a string as an object. */
function spreadText(input: JsonObject): string | undefined {
  const keys = Object.keys(input);
  const first = '0' in input ? 0 : 1;
  const characters = keys.map((_, index) => input[String(first + index)]);
  const isSpread = keys.length > 0 && characters.every((one) => typeof one === 'string' && one.length === 1);
  return isSpread ? characters.join('') : undefined;
}
