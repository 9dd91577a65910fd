import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type Cells, isBlank, put } from './cells.ts';
import { type MappedEvent, Unmappable } from './event.ts';
import { goJson } from './go-text.ts';
import { RESERVED_COLUMNS } from './rules.ts';

/** Where an object stands: twice, because a path counts from the message and a column's name does not. */
interface Place {
  /** The keys above it, from the message's type on, each with `_` behind it. */
  readonly path: string;
  readonly pathLevel: number;
  /** What comes before its keys in a column's name. */
  readonly prefix: string;
  readonly level: number;
}

/** How deep the objects of a cloud source are flattened. */
const CLOUD_LEVELS = 3;

/** RudderStack has no such limit. Ours keeps one message from exhausting the stack of the process that loads all others. */
const DEPTH_LIMIT = 1_000;

/** The place of something that stands directly in the message: its keys give their columns' names, after `prefix`. */
export function placeOf({ type }: MappedEvent, key: string, prefix = ''): Place {
  return { path: `${type}_${key}_`, pathLevel: 2, prefix, level: 0 };
}

/** The place of `context.traits` when they are taken for the user's own. */
export function contextTraitsPlace({ type }: MappedEvent): Place {
  return { path: `${type}_context_traits_`, pathLevel: 3, prefix: '', level: 0 };
}

/** Adds an object's values as columns; of several keys that give one column, the last in byte order wins. */
export function flatten(cells: Cells, input: JsonValue | undefined, at: { event: MappedEvent; place: Place }): void {
  if (!isJsonObject(input)) return;
  const { event, place } = at;
  if (place.pathLevel > DEPTH_LIMIT) refuseDeep(input, 0);
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
      refuseDeep(value, levels);
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

/** A value as JSON text. Throws `Unmappable` where it is nested too deep to be written. */
export function jsonText(value: JsonValue, levels = DEPTH_LIMIT): string {
  refuseDeep(value, levels);
  return goJson(value);
}

function refuseDeep(value: JsonValue, levels: number): void {
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

/** The text of `{"0": "a", "1": "b"}`, which some SDKs make of a text that they take for an object. */
function spreadText(input: JsonObject): string | undefined {
  const keys = Object.keys(input);
  const first = '0' in input ? 0 : 1;
  const characters = keys.map((_, index) => input[String(first + index)]);
  const isSpread = keys.length > 0 && characters.every((one) => typeof one === 'string' && one.length === 1);
  return isSpread ? characters.join('') : undefined;
}
