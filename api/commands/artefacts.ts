import { join } from 'node:path';
import { lastBuild } from '../../jobs/lineage/last-build.ts';
import { catalog, manifest } from '../../reports/artefacts/artefacts.ts';
import { runResults } from '../../reports/artefacts/run-results.ts';
import { instant } from '../../warehouse/clock.ts';
import { LINEAGE_FOLDER } from '../boot/publishing-config.ts';
import { readWarehouseConfig } from '../boot/warehouse-config.ts';
import type { Act } from './command.ts';
import { writeBelow } from './write-files.ts';

/** The version of dbt whose artefacts these are like. */
const DBT_VERSION = '1.9.0';

/** Writes the models as artefacts of dbt, for catalogues of data. */
export const artefacts: Act = async (args, { clock, environment }) => {
  args.require();
  const out = args.requireOption('out');
  const database = args.option('database') ?? 'tantieme';
  const of = { database, generatedAt: instant(clock.now()), version: DBT_VERSION };
  const files: string[] = [];
  const built = await lastBuild(join(readWarehouseConfig(environment()).dataFolder, LINEAGE_FOLDER));
  const all = { manifest: manifest(of), catalog: catalog(of), ...(built && { run_results: runResults(built, of) }) };
  for (const [name, value] of Object.entries(all)) {
    files.push(await writeBelow(out, { name: `${name}.json`, bytes: `${JSON.stringify(value, undefined, 2)}\n` }));
  }
  return { value: { files } };
};
