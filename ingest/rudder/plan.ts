import { instant } from '../../warehouse/clock.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../warehouse/json.ts';
import { type MapInput, mapMessage, type Row } from './map.ts';
import { normalTimestamp } from './timestamps.ts';
import { type ColumnType, typeOf } from './types.ts';

/** The cells of a row: a value and its inferred type for each column. */
export interface RowCells {
  readonly table: string;
  /** The same array for all rows of a plan. */
  readonly columns: readonly string[];
  readonly values: readonly JsonValue[];
  readonly types: readonly ColumnType[];
}

export function cellsOf({ table, data, columns: types }: Row): RowCells {
  const columns = Object.keys(data);
  const values = columns.map((column) => data[column] ?? null);
  return { table, columns, values, types: columns.map((column) => types[column] ?? typeOf(data[column] ?? null)) };
}

/** The values of a message that are only copied to columns, in the order of their names. */
export interface Members {
  readonly values: JsonValue[];
  readonly types: ColumnType[];
}

/** Which cells a row has: each comes from a member of the message, by its position, or is the same for all messages. */
export interface PlannedTable extends Pick<RowCells, 'table' | 'columns'> {
  readonly cells: readonly (number | { readonly value: JsonValue; readonly type: ColumnType })[];
}

/** The plan of a message, the same list for all messages of its shape, and its values. */
export interface PlannedRows {
  readonly tables: readonly PlannedTable[];
  readonly members: Members;
}

/** What is known of the messages whose first members have these names. */
interface Shape {
  readonly members: Map<string, NextShapes>;
  /** Of the messages whose object ends here. */
  end?: Shape;
  /** Of the messages that end here; null if `mapMessage` must map each of them. */
  plan?: readonly PlannedTable[] | null;
}

/** What follows a member, by what it holds. */
interface NextShapes {
  copied?: Shape;
  blank?: Shape;
  object?: Shape;
  /** By its text. */
  readonly deciding: Map<string, Shape>;
}

/** The texts at the top of a message that decide how it is mapped, by their value. */
const DECIDING_TEXTS: ReadonlySet<string> = new Set(['type', 'event', 'channel']);

/** Names come from outside, so what is remembered of them must be limited. */
const SHAPES = 50_000;
const LEVELS = 20;

/**
 * Maps tracks whose members have the same names in the same order by one plan: which member goes to which column. `mapMessage` makes the
 * plan by mapping such a message that has a mark in place of each value, so there is no second mapping.
 */
export class MappingPlans {
  #destConfig: JsonObject | undefined;
  #root: Shape = { members: new Map() };
  #shapeCount = 0;

  /** The rows of a message; undefined if it has no plan. */
  rowsOf(input: MapInput): readonly RowCells[] | undefined {
    const planned = this.planOf(input);
    return planned?.tables.map((table) => rowOf(table, planned.members));
  }

  /** Undefined if a message has no plan. */
  planOf({ message, metadata, destConfig, serverConfig }: MapInput): PlannedRows | undefined {
    const { sourceId, ...others } = metadata;
    const isReceived = typeof message.receivedAt === 'string' && normalTimestamp(message.receivedAt) !== undefined;
    const isPlain = serverConfig === undefined && !others.sourceType && !others.sourceCategory && !others.destinationId;
    if (message.type !== 'track' || !sourceId || !isReceived || !isPlain) return undefined;
    if (destConfig !== this.#destConfig || this.#shapeCount > SHAPES) this.#reset(destConfig);
    const members: Members = { values: [], types: [] };
    add(members, sourceId);
    const shape = this.#walk(message, { members, level: 0, shape: this.#root });
    if (!shape) return undefined;
    if (shape.plan === undefined) shape.plan = planOf(message, destConfig);
    return shape.plan === null ? undefined : { tables: shape.plan, members };
  }

  #reset(destConfig: JsonObject | undefined): void {
    this.#destConfig = destConfig;
    this.#root = { members: new Map() };
    this.#shapeCount = 0;
  }

  /** The shape of an object, whose members are collected; undefined if other values than the deciding ones may decide. */
  #walk(object: JsonObject, at: { members: Members; level: number; shape: Shape }): Shape | undefined {
    const { members, level } = at;
    let { shape } = at;
    for (const name in object) {
      const value = object[name] as JsonValue;
      const next = nextShapes(shape, name);
      if (value === null || value === '') shape = next.blank ??= this.#newShape();
      else if (level === 0 && DECIDING_TEXTS.has(name)) {
        if (typeof value !== 'string') return undefined;
        shape = next.deciding.get(value) ?? this.#newShape();
        next.deciding.set(value, shape);
      } else if (typeof value !== 'object') {
        add(members, value);
        shape = next.copied ??= this.#newShape();
      } else {
        // An array may be blank, and characters may be those of a text.
        if (Array.isArray(value) || name === 'integrations' || name.endsWith('traits') || level === LEVELS)
          return undefined;
        next.object ??= this.#newShape();
        const inner = this.#walk(value, { members, level: level + 1, shape: next.object });
        if (!inner) return undefined;
        shape = inner.end ??= this.#newShape();
      }
    }
    return shape;
  }

  #newShape(): Shape {
    this.#shapeCount++;
    return { members: new Map() };
  }
}

function nextShapes({ members }: Shape, name: string): NextShapes {
  const known = members.get(name);
  if (known) return known;
  const next: NextShapes = { deciding: new Map() };
  members.set(name, next);
  return next;
}

/** Like `put` of `cells.ts`. */
function add({ values, types }: Members, value: string | number | boolean): void {
  const timestamp = typeof value === 'string' ? normalTimestamp(value) : undefined;
  values.push(timestamp ?? (typeof value === 'string' ? value.toWellFormed() : value));
  types.push(timestamp === undefined ? typeOf(value) : 'datetime');
}

export function rowOf({ table, columns, cells }: PlannedTable, members: Members): RowCells {
  const values: JsonValue[] = [];
  const types: ColumnType[] = [];
  for (const cell of cells) {
    values.push(typeof cell === 'number' ? (members.values[cell] ?? null) : cell.value);
    types.push(typeof cell === 'number' ? (members.types[cell] ?? 'string') : cell.type);
  }
  return { table, columns, values, types };
}

/** Marks are instants in their normal form, which the mapping leaves as they are, also where it needs an instant. */
const MARK = '5000-01-01T';
const mark = (member: number): string => instant(Date.parse(`${MARK}00:00:00.000Z`) + member);

function planOf(message: JsonObject, destConfig: JsonObject | undefined): readonly PlannedTable[] | null {
  const members = new Map<string, number>();
  const marked = (): string => {
    const text = mark(members.size);
    members.set(text, members.size);
    return text;
  };
  const inMarks = (object: JsonObject, level: number): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([name, value]) => {
        if (isJsonObject(value)) return [name, inMarks(value, level + 1)];
        const isCopied = value !== null && value !== '' && !(level === 0 && DECIDING_TEXTS.has(name));
        return [name, isCopied ? marked() : value];
      }),
    );
  const metadata = { sourceId: marked() };
  const { rows, failed } = mapMessage({ message: inMarks(message, 0), metadata, ...(destConfig && { destConfig }) });
  const isMarked = [...DECIDING_TEXTS].some((name) => String(message[name]).includes(MARK));
  if (failed.length > 0 || isMarked) return null;
  const tables = rows.map((row) => plannedTable(cellsOf(row), members));
  return tables.every((table) => table !== undefined) ? tables : null;
}

/** Undefined if a value is not only copied: part of a JSON text, or derived from others. */
function plannedTable(row: RowCells, members: ReadonlyMap<string, number>): PlannedTable | undefined {
  const { table, columns, values, types } = row;
  const cells = values.map((value, index) => {
    if (typeof value !== 'string' || !value.includes(MARK)) return { value, type: types[index] ?? typeOf(value) };
    return members.get(value);
  });
  const id = cells[columns.indexOf('id')];
  if (typeof id !== 'number' || !cells.every((cell) => cell !== undefined)) return undefined;
  return { table, columns, cells };
}
