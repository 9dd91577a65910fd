import { MODELS } from '../../transforms/models.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { sqlAt } from '../boot/warehouse.ts';
import { readWarehouseConfig, type WarehouseConfig } from '../boot/warehouse-config.ts';
import { exactJson } from '../http/exact-json.ts';
import type { Act } from './command.ts';
import { formatTable } from './format.ts';

/** Shows the SELECT of a model, to read or to run in the engine's console; that of a step reads other steps, which only a build has. */
export const sql: Act = async (args, { isJson, environment, write }) => {
  const [name] = args.named('The model');
  const engine = args.option('engine') ?? 'duckdb';
  if (engine !== 'duckdb' && engine !== 'bigquery') {
    throw new Rejected(`--engine must be duckdb or bigquery, not ${JSON.stringify(engine)}.`);
  }
  const model = MODELS.find((each) => each.name === name || each.name.endsWith(`.${name}`));
  if (!model) throw new NotFound(`There is no model ${JSON.stringify(name)}.`);
  const text = engine === 'duckdb' ? model.sql : sqlAt(bigQueryIn(environment()), model.sql);
  if (isJson) return { value: { model: model.name, engine, sql: text } };
  await write(text);
  return undefined;
};

/** Runs a SELECT on the warehouse and shows its rows. */
export const query: Act = async (args, { openWarehouse, isJson, write, width }) => {
  const select = args.named('The query')[0].replace(/;\s*$/, '');
  const warehouse = await openWarehouse();
  await warehouse.explain(select);
  if (isJson) await writeRows(write, warehouse.stream(select));
  else {
    const rows = await warehouse.query(select);
    await write(rows.length === 0 ? '(no rows)\n' : formatTable(rows, { width }));
  }
  return undefined;
};

/** The configured BigQuery warehouse, or an example address if another engine is configured. */
function bigQueryIn(environment: Environment): WarehouseConfig {
  const { warehouse } = readWarehouseConfig(environment);
  if (warehouse.kind === 'bigquery') return warehouse;
  return readWarehouseConfig({ WAREHOUSE_URL: 'bigquery://your-project/tantieme' }).warehouse;
}

/** Streams the rows as one JSON array with one row per line. */
async function writeRows(write: (text: string) => Promise<void>, pieces: AsyncIterable<ValueRow[]>): Promise<void> {
  let before = '[';
  for await (const rows of pieces) {
    for (const row of rows) {
      await write(before + exactJson(row));
      before = ',\n';
    }
  }
  await write(before === '[' ? '[]\n' : ']\n');
}
