import { join } from 'node:path';
import { RAW_TABLES } from '../../ingest/load/raw-tables.ts';
import { segmentLoader } from '../../ingest/load/segment-loader.ts';
import { type Figure, paired, timed } from './measure.ts';
import { freshWarehouse, inFolder, loadReceipts, monthOfReceipts } from './month.ts';

/** Events per second from sealed segments into the raw tables, against DuckDB's own `read_json` of the resulting rows. */
export async function benchLoad(): Promise<Figure> {
  const receipts = monthOfReceipts(60_000);
  const loader = segmentLoader();
  const ours = (): Promise<number> =>
    inFolder(async (folder) => {
      const warehouse = await freshWarehouse(folder);
      const seconds = await loadReceipts(warehouse, { receipts, folder, time: timed, segmentLoader: loader });
      await warehouse.close();
      return receipts.length / seconds;
    });
  const limit = (): Promise<number> =>
    inFolder(async (folder) => {
      const warehouse = await freshWarehouse(folder);
      await loadReceipts(warehouse, { receipts, folder, time: timed });
      const filled: string[] = [];
      for (const { name } of RAW_TABLES) {
        const [any] = await warehouse.query(`select 1 as one from ${name} limit 1`);
        if (any) filled.push(name);
      }
      await warehouse.transaction(async (writer) => {
        for (const name of filled) {
          await writer.query(`copy ${name} to '${join(folder, name)}.ndjson' (format json)`);
          await writer.query(`create table main."${name}" as select * from ${name} limit 0`);
        }
      });
      const seconds = await timed(() =>
        warehouse.transaction(async (writer) => {
          for (const name of filled) {
            await writer.query(
              `insert into main."${name}" by name select * from read_json('${join(folder, name)}.ndjson', format = 'newline_delimited')`,
            );
          }
        }),
      );
      await warehouse.close();
      return receipts.length / seconds;
    });
  const figures = await paired(3, { ours, limit });
  await loader.close();
  return {
    name: 'load',
    unit: 'events/s',
    limitIs: "DuckDB's read_json inserting the same rows, committed",
    ...figures,
  };
}
