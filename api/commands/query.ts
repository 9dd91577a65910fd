import { buffer } from 'node:stream/consumers';
import { MODELS } from '../../transforms/models.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { sqlAt } from '../boot/warehouse.ts';
import { readWarehouseConfig, type WarehouseConfig } from '../boot/warehouse-config.ts';
import { exactJson } from '../http/exact-json.ts';
import type { Act, Context } from './command.ts';
import { formatTable } from './format.ts';
import { writeDownload } from './write-download.ts';

/** Shows the SELECT of a model, to read or to run in the engine's console; that of a step reads other steps, which only a build has. */
export const sql: Act = async (args, { isJson, environment, write }) => {
  const [name] = args.require('The model');
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

/** Runs a SELECT and shows its rows: on the warehouse or, while a server uses it and for a file, on the published marts. */
export const query: Act = async (args, context) => {
  const select = args.require('The query')[0].replace(/;\s*$/, '');
  const out = args.option('out');
  const format = args.option('format') ?? 'json';
  if (!FORMATS.includes(format)) {
    throw new Rejected(`--format must be one of ${FORMATS.join(', ')}, not ${JSON.stringify(format)}.`);
  }
  if (out === undefined && format !== 'json') throw new Rejected(`--format ${format} needs a file; add --out FILE.`);
  if (out === undefined && !(await context.isServed())) return queryWarehouse(select, context);
  const rows = (await context.open()).download('/v1/query', { sql: select, format });
  if (out !== undefined) {
    await writeDownload(rows, { path: out, otherwise: 'give another path.' });
    return { value: { file: out } };
  }
  const text = (await buffer(rows)).toString();
  await context.write(context.isJson ? text : tableOf(exactRows(text), context.width));
  return undefined;
};

const FORMATS = ['json', 'csv', 'arrow', 'parquet'];

async function queryWarehouse(select: string, { openWarehouse, isJson, write, width }: Context): Promise<undefined> {
  const warehouse = await openWarehouse();
  await warehouse.explain(select);
  if (isJson) await writeRows(write, warehouse.stream(select));
  else await write(tableOf(await warehouse.query(select), width));
}

const tableOf = (rows: readonly ValueRow[], width: number | undefined): string =>
  rows.length === 0 ? '(no rows)\n' : formatTable(rows, { width });

/** Numbers as they are written, with all their digits. */
function exactRows(text: string): ValueRow[] {
  const asWritten = (_: string, value: unknown, { source }: { source?: string } = {}): unknown =>
    typeof value === 'number' ? source : value;
  return JSON.parse(text, asWritten as Parameters<typeof JSON.parse>[1]) as ValueRow[];
}

/** Publishes the marts. */
export const publish: Act = async (args, { open }) => {
  args.require();
  return { value: await (await open()).run({ job: 'publish-marts', by: args.requirePerson() }) };
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
