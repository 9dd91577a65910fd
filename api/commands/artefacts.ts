import { catalog, manifest } from '../../reports/artefacts/artefacts.ts';
import { instant } from '../../warehouse/clock.ts';
import type { Act } from './command.ts';
import { writeBelow } from './write-files.ts';

/** The version of dbt whose artefacts these are like. */
const DBT_VERSION = '1.9.0';

/** Writes the models as artefacts of dbt, for catalogues of data. */
export const artefacts: Act = async (args, { clock }) => {
  args.named();
  const out = args.required('out');
  const database = args.option('database') ?? 'tantieme';
  const of = { database, generatedAt: instant(clock.now()), version: DBT_VERSION };
  const files: string[] = [];
  for (const [name, value] of Object.entries({ manifest: manifest(of), catalog: catalog(of) })) {
    files.push(await writeBelow(out, { name: `${name}.json`, bytes: `${JSON.stringify(value, undefined, 2)}\n` }));
  }
  return { value: { files } };
};
