import { SOURCE_TABLES } from '../../ingest/load/source-tables.ts';
import { deploy } from '../../transforms/engine/deploy.ts';
import { SEEDS } from '../../transforms/seeds/seeds.ts';
import { WRONG_OPTIMIZER } from '../../warehouse/duckdb/connect.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { deleteRows } from './warehouse-rows.ts';

/**
 * What the engine leaves out when it plans a statement. To look for a better plan takes longer than to run any on the few rows of a test: a
 * closing takes a fifth less without. Scenarios have all of it, as in production, and so has `openThoroughWarehouse` in a full run.
 */
const UNUSED_OPTIMIZERS = [
  ...['expression_rewriter', 'in_clause', 'sum_rewriter', 'statistics_propagation'],
  ...['common_subexpressions', 'common_subplan', 'common_aggregate', 'duplicate_groups'],
  ...['join_order', 'join_elimination', 'join_filter_pushdown', 'build_side_probe_side'],
  ...['cte_inlining', 'cte_filter_pusher', 'top_n_window_elimination'],
];

interface Deployed {
  readonly warehouse: Warehouse;
  /** Its tables, views and seeds as they were deployed. */
  readonly schema: string;
}

interface Planning {
  /** Whether the engine looks for the best plan of each statement, as in production. */
  readonly isThorough: boolean;
}

/** Warehouses that nobody uses now, open and empty. */
const idle: (Deployed & Planning)[] = [];

/**
 * An empty warehouse in memory with all tables and views. Deploying one takes a third of a second, so one that is disposed is emptied and
 * given to the next test file of the worker, unless something other than rows has changed in it.
 */
export async function freshWarehouse(
  { isThorough }: Planning = { isThorough: false },
): Promise<{ readonly warehouse: Warehouse } & AsyncDisposable> {
  const at = idle.findIndex((each) => each.isThorough === isThorough);
  const [deployed = { ...(await deployNew({ isThorough })), isThorough }] = at < 0 ? [] : idle.splice(at, 1);
  const { warehouse, schema } = deployed;
  return {
    warehouse,
    async [Symbol.asyncDispose]() {
      await deleteRows(warehouse);
      if ((await schemaOf(warehouse)) === schema) idle.push(deployed);
      else await warehouse.close();
    },
  };
}

async function deployNew({ isThorough }: Planning): Promise<Deployed> {
  const warehouse = await openDuckDb({ path: ':memory:' });
  if (!isThorough)
    await warehouse.query(`set disabled_optimizers = '${[WRONG_OPTIMIZER, ...UNUSED_OPTIMIZERS].join()}'`);
  await deploy(warehouse, SOURCE_TABLES);
  return { warehouse, schema: await schemaOf(warehouse) };
}

/** A hash of what `deleteRows` leaves: the definitions of tables and views, and the rows of seeds. */
async function schemaOf(warehouse: Warehouse): Promise<string> {
  const parts = [
    `select sql from duckdb_tables() where database_name = 'memory'`,
    `select sql from duckdb_views() where database_name = 'memory' and not internal`,
    ...SEEDS.map(({ name }) => `select seed::text from ${name} as seed`),
  ];
  const [row] = await warehouse.query<{ hash: string }>(
    `select md5(string_agg(part, '\n' order by part)) as hash from (${parts.join(' union all ')}) as parts(part)`,
  );
  return row?.hash ?? '';
}
