import { replayRejected } from '../../jobs/replay-rejected.ts';
import { MODELS } from '../../transforms/models.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { Environment } from '../../warehouse/settings.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { readWarehouseConfig, type WarehouseConfig } from '../boot/config.ts';
import { sqlAt } from '../boot/services.ts';
import { exactJson } from '../http/exact-json.ts';
import { BY, type Command } from './command.ts';
import { formatTable } from './format.ts';

/** The commands about the warehouse itself. */
export const WAREHOUSE = {
  migrate: {
    usage: 'migrate',
    meaning: 'brings every store up to this version',
    async run(args, { open }) {
      args.named();
      (await open()).stores('The stores cannot be brought up to date');
      return { value: { migrated: true } };
    },
  },

  sql: {
    usage: 'sql MODEL [--engine duckdb|bigquery]',
    meaning: 'shows the SELECT of a model as the engine runs it, to be pasted into its console',
    options: { engine: { type: 'string' } },
    async run(args, { isJson, environment, write }) {
      const [name] = args.named('The model');
      const engine = args.option('engine') ?? 'duckdb';
      if (engine !== 'duckdb' && engine !== 'bigquery') {
        throw new Rejected(`--engine takes duckdb or bigquery, not ${JSON.stringify(engine)}.`);
      }
      const model = MODELS.find((each) => each.name === name || each.name === `tantieme.${name}`);
      if (!model) throw new NotFound(`There is no model ${JSON.stringify(name)}.`);
      const sql = engine === 'duckdb' ? model.sql : sqlAt(bigQueryIn(environment()), model.sql);
      if (isJson) return { value: { model: model.name, engine, sql } };
      await write(sql);
      return undefined;
    },
  },

  query: {
    usage: 'query "SELECT …"',
    meaning: 'asks the warehouse; nothing can be changed by it',
    async run(args, { open, isJson, write }) {
      const sql = args.named('The query')[0].replace(/;\s*$/, '');
      const { warehouse } = (await open()).stores('The warehouse cannot be asked');
      await warehouse.explain(sql);
      if (isJson) await writeRows(write, warehouse.stream(sql));
      else {
        const rows = await warehouse.query(sql);
        await write(rows.length === 0 ? '(no rows)\n' : formatTable(rows));
      }
      return undefined;
    },
  },

  'replay-rejected': {
    usage: 'replay-rejected [--by NAME]',
    meaning: 'takes in again what was set aside; what keeps to the catalogue by now lands',
    options: BY,
    async run(args, { open }) {
      args.named();
      return { value: await (await open()).run({ job: replayRejected, by: args.person() }) };
    },
  },
} as const satisfies Record<string, Command>;

/** The warehouse on BigQuery that is set, or an example of one. */
function bigQueryIn(environment: Environment): WarehouseConfig {
  const set = readWarehouseConfig(environment);
  return set.kind === 'bigquery' ? set : readWarehouseConfig({ WAREHOUSE_URL: 'bigquery://your-project/tantieme' });
}

/** One JSON array, a row a line, without holding all of them. */
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
