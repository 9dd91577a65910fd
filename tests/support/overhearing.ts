import { fileURLToPath } from 'node:url';
import type { Value, ValueRow, Warehouse, WarehouseWriter } from '../../warehouse/warehouse.ts';

/** What production asked of a warehouse, and from where. */
export interface Question {
  /** From the root. */
  readonly file: string;
  readonly line: number;
  readonly sql: string;
  readonly parameters: readonly Value[];
}

type Reader = Pick<WarehouseWriter, 'query' | 'stream'>;

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replaceAll('\\', '/');
const PLACE = new RegExp(
  `${ROOT.replaceAll(/[.+]/g, '\\$&')}((?:ingest|transforms|reports|jobs|api)/[\\w./-]+):(\\d+)`,
);

/** The same warehouse, each of whose questions is told before it is asked. Those that Kysely writes are not. */
export function overhearing(warehouse: Warehouse, tell: (question: Question) => void): Warehouse {
  const heard = (sql: string, parameters: readonly Value[] = []): void => {
    const [, file = '', line = ''] = PLACE.exec(new Error().stack ?? '') ?? [];
    tell({ file, line: Number(line), sql, parameters });
  };
  const reading = (reader: Reader): Reader => ({
    query<R extends ValueRow>(sql: string, parameters?: readonly Value[]) {
      heard(sql, parameters);
      return reader.query<R>(sql, parameters);
    },
    stream<R extends ValueRow>(sql: string, parameters?: readonly Value[]) {
      heard(sql, parameters);
      return reader.stream<R>(sql, parameters);
    },
  });
  const writing =
    <T>(work: (writer: WarehouseWriter) => Promise<T>) =>
    (writer: WarehouseWriter): Promise<T> =>
      work({ ...writer, ...reading(writer) });
  return {
    ...warehouse,
    ...reading(warehouse),
    explain(sql) {
      heard(sql);
      return warehouse.explain(sql);
    },
    transaction: (work, options) => warehouse.transaction(writing(work), options),
    withRollback: (work) => warehouse.withRollback(writing(work)),
  };
}
