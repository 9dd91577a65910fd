import { join } from 'node:path';
import { versionAt } from '../../jobs/publish-marts/folders.ts';
import { writeFiles } from '../../jobs/publish-marts/write-files.ts';
import { instant, systemClock } from '../../warehouse/clock.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { demoIn } from './demo.ts';
import { type Effort, type Figure, measured, medianOf } from './measure.ts';
import { inFolder } from './month.ts';

const RUNS = 5;
const BOUND_MS = 2_000;

/** How long the marts of the demo take to be published as files of both roles: databases, Parquet and what is compared. */
export async function benchSnapshot(): Promise<Figure> {
  return inFolder(async (folder) => {
    const path = join(demoIn(folder), 'data', 'warehouse.duckdb');
    const warehouse = await openDuckDb({ path, spillFolder: join(folder, 'spill') });
    const files = requirePresent(warehouse.files, 'DuckDB has files.');
    const efforts: Effort[] = [];
    // The first is a warm-up.
    for (let run = 0; run <= RUNS; run++) {
      const publishedAt = instant(systemClock.now());
      const named = { version: versionAt(publishedAt), publishedAt };
      const effort = await measured(() => writeFiles(files, { folder: join(folder, 'bi'), ...named }));
      if (run > 0) efforts.push(effort);
    }
    await warehouse.close();
    const { seconds, cpuSeconds } = medianOf(efforts);
    const cpu = Math.round(cpuSeconds * 1000).toLocaleString('en');
    return {
      ...{ name: 'snapshot', unit: 'ms', ours: seconds * 1000, limit: BOUND_MS },
      limitIs: `the bound; all processors together took ${cpu} ms`,
    };
  });
}
