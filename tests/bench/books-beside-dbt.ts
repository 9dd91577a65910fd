import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../transforms/engine/build.ts';
import { openDuckDb } from '../../warehouse/duckdb/duckdb.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { SIZES, statements } from './books.ts';
import { DBT_MISSING, openDbt } from './dbt.ts';
import { type Effort, type Figure, measured, medianOf } from './measure.ts';
import { freshWarehouse, inFolder, PERIOD } from './month.ts';

const RUNS = 3;

/** What both must agree in: each a query of the schema that holds the results. */
const RESULTS: Readonly<Record<string, (schema: string) => string>> = {
  'royalties of a creator': (schema) =>
    `select creator_id, currency, sum(gross_amount) as gross, sum(platform_fee_amount) as fee, sum(royalty_amount) as royalty, sum(units) as units
     from ${schema}.royalties group by all`,
  'statement lines': (schema) =>
    `select creator_id, currency, line_kind, terms_id, share_bps, revenue_event_count, line_amount_exact, line_amount_minor from ${schema}.statement_lines`,
  'carried fractions': (schema) =>
    `select creator_id, currency, carried_in_exact, carried_out_exact from ${schema}.carried_fractions`,
  'postings of an account': (schema) =>
    `select journal_kind, account, account_owner_id, currency, count(*) as posting_count, sum(posting_amount) as amount from ${schema}.postings
     where journal_kind <> 'tax' group by all`,
  balances: (schema) =>
    `select creator_id, currency, opening_minor, earnings_minor, refunds_minor, payouts_minor, closing_minor from ${schema}.balances`,
};

/**
 * Uses per second of a build of the large month beside a dbt project that builds the same royalties, postings, statement lines and
 * balances from the same raw tables, and tests them. The medians of alternating runs: the first builds the month, the others build
 * it again.
 *
 * Each has a copy of the same file of raw tables, because only one process can open a DuckDB file, the same limit of memory and all
 * processors. The Python package of DuckDB must be able to read the file, and is therefore of our version. Both are measured without
 * starting a process and reading the project. The project does less than the build: it has no facts in suspense, exceptions, disputes, taxes,
 * facts of earlier months that are recorded late, or reasons why a balance is not paid.
 */
export async function benchBooksBesideDbt(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const file = join(folder, 'peer.duckdb');
    const dbt = await openDbt({ folder: join(folder, 'dbt'), file });
    if (!dbt) {
      console.log(DBT_MISSING);
      return [];
    }
    const loaded = await freshWarehouse(folder);
    await loaded.transaction(async (writer) => {
      for (const statement of statements(SIZES)) await writer.query(statement);
    });
    await loaded.close();
    await copyFile(join(folder, 'warehouse.duckdb'), file);

    const runs: { ours: Effort; peer: Effort }[] = [];
    for (let run = 0; run < RUNS; run++) {
      // Closing a file may write what the transaction has only logged, and dbt closes its own.
      const warehouse = await freshWarehouse(folder);
      const ours = await measured(async () => {
        await warehouse.transaction((writer) => build(writer, PERIOD, { parts: ['books'] }));
        await warehouse.close();
      });
      runs.push({ ours, peer: await dbt.build() });
    }
    await assertSameResults(folder, file);
    const [ours, peer] = [medianOf(runs.map((run) => run.ours)), medianOf(runs.map((run) => run.peer))];
    return [
      {
        name: 'build',
        unit: 'uses/s',
        ours: SIZES.uses / ours.seconds,
        limit: SIZES.uses / peer.seconds,
        limitIs: 'a dbt project of the same books, without its start; more is better',
        effort: { ours, limit: peer },
      },
    ];
  });
}

/** Throws if a result of the peer differs from ours. */
async function assertSameResults(folder: string, file: string): Promise<void> {
  const ours = await openDuckDb({ path: join(folder, 'warehouse.duckdb'), readOnly: true });
  const peer = await openDuckDb({ path: file, readOnly: true });
  for (const [name, query] of Object.entries(RESULTS)) {
    const [own, other] = [await rowsOf(ours, query('draft')), await rowsOf(peer, query('books'))];
    const at = own.findIndex((row, index) => row !== other[index]);
    if (own.length === 0 || own.length !== other.length || at >= 0)
      throw new Error(
        `The ${name} of the peer are not ours: ${other.length} rows beside ${own.length}; the first that differs is ${other[at]} beside ${own[at]}.`,
      );
  }
  await Promise.all([ours.close(), peer.close()]);
}

/** The rows of a query as text, in one order. */
async function rowsOf(warehouse: Warehouse, query: string): Promise<string[]> {
  const rows = await warehouse.query<{ text: string }>(
    `select cast(result as varchar) as text from (${query}) as result order by text`,
  );
  return rows.map(({ text }) => text);
}
