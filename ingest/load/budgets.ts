import type { JsonValue } from '../../warehouse/json.ts';
import type { Violation } from '../events/violations.ts';
import { DEPTH_LIMIT } from '../rudder/flatten.ts';
import { RESERVED_COLUMNS } from '../rudder/rules.ts';
import { STANDARD_COLUMNS } from '../rudder/standard-columns.ts';

/**
 * The limits of what events may cost a load. An event that exceeds one alone is quarantined as a whole and can be replayed; what a table or
 * load has no room for is discarded, and the event lands.
 */

/**
 * The columns of a raw table. On DuckDB each column that is written takes a block of 256 KB when the table is written to the file; all raw
 * tables with this many fit into the memory of the engine. An SDK's event has 20 to 120; BigQuery allows 10,000.
 */
export const COLUMNS_PER_TABLE = 200;

/** The columns that RudderStack itself fills. They are added whatever the budgets, or no event of the table would land any more. */
const OWN_COLUMNS: ReadonlySet<string> = new Set([
  ...Object.keys(STANDARD_COLUMNS),
  ...Object.values(RESERVED_COLUMNS).flatMap((columns) => [...columns]),
  'rudder_event',
]);

/** Whether a new column counts towards the budgets. */
export function isBudgeted(column: string): boolean {
  return !OWN_COLUMNS.has(column);
}

/** The columns that one event may add to a table: an SDK's context has 20 to 50, and an identify has its traits twice. */
export const NEW_COLUMNS_PER_EVENT = 150;

/** The columns that one load may add in all. DuckDB adds about a thousand in a second, and holds all of them until the commit. */
export const NEW_COLUMNS_PER_LOAD = 2_000;

/** The members of an event's objects. RudderStack refuses a row of more than 1,600 columns, but only after it has named all. */
const MEMBERS_PER_EVENT = 2_000;

/** The length of a name with those of the objects around it. RudderStack cuts a name at 127 bytes, but only after it has spelled all. */
const NAME_LENGTH = 1_000;

interface Visit {
  readonly value: JsonValue;
  readonly level: number;
  /** The length of the name; undefined inside an array, whose members get no columns. */
  readonly length: number | undefined;
}

/** Why an event is too large to be mapped, or has what no column can hold; undefined if it is not. Takes no stack. */
export function sizeViolation(message: JsonValue): Violation | undefined {
  const visits: Visit[] = [{ value: message, level: 0, length: 0 }];
  let members = 0;
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const { value, level, length } = visit;
    if (typeof value === 'number' && !Number.isFinite(value)) return violation('A number is too large to be stored.');
    if (typeof value !== 'object' || value === null) continue;
    if (level === DEPTH_LIMIT) return violation(`The event is nested deeper than ${DEPTH_LIMIT} levels.`);
    if (Array.isArray(value)) {
      for (const inner of value)
        if (mustVisit(inner)) visits.push({ value: inner, level: level + 1, length: undefined });
      continue;
    }
    // Without a list of the members, of which there may be very many.
    for (const name in value) {
      const inner = value[name] ?? null;
      if (name === '__proto__') return violation('A property is named __proto__.');
      const innerLength = length === undefined ? undefined : length + name.length + 1;
      if (innerLength !== undefined) {
        if (++members > MEMBERS_PER_EVENT) return violation(`The event has more than ${MEMBERS_PER_EVENT} properties.`);
        if (innerLength > NAME_LENGTH) {
          return violation(`A name is longer than ${NAME_LENGTH} characters, with the names of the objects around it.`);
        }
      }
      if (mustVisit(inner)) visits.push({ value: inner, level: level + 1, length: innerLength });
    }
  }
  return undefined;
}

const mustVisit = (value: JsonValue): boolean => typeof value === 'object' || typeof value === 'number';

function violation(reason: string): Violation {
  return { violation: 'Unknown-Violation', path: '', reason };
}
