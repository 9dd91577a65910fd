import type { PlannedTable } from '../rudder/plan.ts';
import { FREE_TEXTS } from './raw-tables.ts';
import type { BufferedColumn, TableBuffer } from './table-buffer.ts';

/** The columns that the load itself sets. */
export const OF_LOAD: ReadonlySet<string> = new Set(['uuid_ts', 'loaded_at']);

/** What a raw table gets from messages of one shape. */
export interface Target {
  readonly planned: PlannedTable;
  readonly buffer: TableBuffer;
  readonly cells: readonly TargetCell[];
}

interface TargetCell {
  readonly cell: PlannedTable['cells'][number];
  readonly name: string;
  readonly column: BufferedColumn;
  readonly isFreeText: boolean;
}

/** The buffer has all columns of the table. */
export function targetOf(planned: PlannedTable, buffer: TableBuffer): Target {
  const texts = FREE_TEXTS.get(planned.table) ?? [];
  const cells = planned.columns.flatMap((name, index): TargetCell[] => {
    const [cell, column] = [planned.cells[index], buffer.columns.get(name)];
    if (OF_LOAD.has(name) || cell === undefined || column === undefined) return [];
    return [{ cell, name, column, isFreeText: texts.includes(name) }];
  });
  return { planned, buffer, cells };
}
