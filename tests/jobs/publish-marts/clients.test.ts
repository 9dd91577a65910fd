import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireCurrentFile } from '../../../jobs/publish-marts/folders.ts';
import { writeFiles } from '../../../jobs/publish-marts/write-files.ts';
import { tablesOf } from '../../../transforms/published/published.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { publishToPostgres } from '../../../warehouse/published/postgres/publish.ts';
import { BI_ROLES, type BiRole } from '../../../warehouse/published/published-table.ts';
import type { ColumnShape, ColumnType } from '../../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { hasPython, jdbc, linesOf, python } from '../../support/bi-clients/bi-clients.ts';
import { SUPERSET, startSuperset } from '../../support/bi-clients/superset.ts';
import { openClosedJanuary } from '../../transforms/closed-january.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { STORES } from '../../warehouse/operational/stores.ts';

/** What analysts' clients find of a published month: every table, column, type, comment, key and reference, and exact numbers. */

const server = STORES.find(({ isServer }) => isServer);
const byJdbc = jdbc();
const bySqlalchemy = hasPython('sqlalchemy', 'psycopg2') ? python('describe-published.py') : undefined;

/** The types of our columns, as the metadata of each client names them. */
const TYPES: Readonly<Record<string, Readonly<Record<ColumnType, string>>>> = {
  pgjdbc: {
    ...{ string: 'text', int64: 'int8', numeric: 'numeric(38,9)', bool: 'bool', timestamp: 'timestamptz' },
    ...{ date: 'date', json: 'text', float: 'float8' },
  },
  SQLAlchemy: {
    ...{ string: 'text collate "c"', int64: 'bigint', numeric: 'numeric(38,9)', bool: 'boolean' },
    ...{ timestamp: 'timestamp with time zone', date: 'date', json: 'text collate "c"', float: 'double precision' },
  },
  "DuckDB's JDBC driver": {
    ...{ string: 'varchar', int64: 'bigint', numeric: 'decimal(38,9)', bool: 'boolean' },
    ...{ timestamp: 'timestamp with time zone', date: 'date', json: 'varchar', float: 'double' },
  },
};

/** The answer to what was made in Superset. */
interface Made {
  readonly id: number;
}

const QUERY = `select sum(royalty_amount), sum(royalty_amount * royalty_amount), count(*) from tantieme.royalties`;

let folder: TemporaryFolder;
let warehouse: Warehouse;
let database: { readonly url: URL; readonly drop: () => Promise<void> } | undefined;
beforeAll(async () => {
  folder = await temporaryFolder();
  warehouse = await openClosedJanuary();
  const files = requirePresent(warehouse.files, 'DuckDB has files.');
  const version = { version: '20260203T000000000Z-abcdef', publishedAt: '2026-02-03T00:00:00.000Z' };
  const written = await writeFiles(files, { folder: folder.path, ...version });
  if (!server) return;
  const { address, drop } = await server.make();
  const url = new URL(address.kind === 'postgres' ? address.url : '');
  database = { url, drop };
  const opened = await files.open(written.file);
  await publishToPostgres({
    ...{ url: url.href, file: opened, csvPath: join(folder.path, 'part.csv'), queryTimeMs: 60_000 },
    tables: { analyst: tablesOf('analyst'), finance: tablesOf('finance') },
  });
  opened.close();
  const owner = new pg.Client({ connectionString: url.href });
  await owner.connect();
  await owner.query(`alter role tantieme_analyst password 'test'`);
  await owner.end();
});
afterAll(async () => {
  await database?.drop();
  await warehouse?.close();
  await folder?.[Symbol.asyncDispose]();
});

/** What a client must find, a line each. DuckDB's files have no keys. */
async function expectedBy(client: string, { role = 'analyst' as BiRole, hasKeys = true } = {}): Promise<string[]> {
  const lines = tablesOf(role).flatMap(({ name, meaning, columns, key, references }) => [
    ['table', name, meaning],
    ...columns.map((column) => ['column', name, column.name, TYPES[client]?.[column.type], column.meaning]),
    ...(hasKeys ? [['key', name, isPrimary(key, columns) ? key.join(',') : '']] : []),
    ...(hasKeys ? references : []).map(({ column, table, to }) => ['reference', name, column, table, to]),
  ]);
  const [row = {}] = await warehouse.query(
    `select cast(sum(royalty_amount) as varchar) as sum, cast(sum(royalty_amount * royalty_amount) as varchar) as squares,
      cast(count(*) as varchar) as count from tantieme.royalties`,
  );
  return [...lines, ...Object.values(row).map((value) => ['value', value])].map((line) => line.join('\t')).sort();
}

/** A key of which a part may be missing is no primary key. */
const isPrimary = (key: readonly string[], columns: readonly ColumnShape[]): boolean =>
  !columns.some(({ name, optional }) => optional && key.includes(name));

/** References to the tables of finance, whose rows an analyst cannot read, are left out. */
const found = (lines: readonly (readonly string[])[]): string[] =>
  lines
    .filter(([word, , , other = '']) => !(word === 'reference' && other.startsWith('tantieme_finance.')))
    .map((line) => line.join('\t').replace(/^(reference\t.*\t)tantieme\./, '$1'))
    .sort();

describe.skipIf(!server)('on PostgreSQL as an analyst', () => {
  const address = (scheme: string): string => {
    const { host, pathname } = requirePresent(database, 'It was published.').url;
    return `${scheme}://tantieme_analyst:test@${host}${pathname}`;
  };

  test.skipIf(!byJdbc)('pgjdbc finds every table, column, comment, key and reference', async () => {
    const { host, pathname } = requirePresent(database, 'It was published.').url;
    const place = ['describe', 'tantieme', QUERY, `jdbc:postgresql://${host}${pathname}`, 'tantieme_analyst', 'test'];
    const lines = await linesOf(requirePresent(byJdbc, 'This is skipped without it.')(place));
    expect(found(lines)).toEqual(await expectedBy('pgjdbc'));
  });

  test.skipIf(SUPERSET === undefined)(
    'Superset makes a dataset with comments, and a chart with the figures of the warehouse',
    async () => {
      await using home = await temporaryFolder();
      await using superset = await startSuperset(SUPERSET ?? '', home.path);
      const { id: databaseId } = await superset.call<Made>('POST', '/database/', {
        ...{ database_name: 'Tantieme', sqlalchemy_uri: address('postgresql+psycopg2') },
      });
      const { id } = await superset.call<Made>('POST', '/dataset/', {
        ...{ database: databaseId, schema: 'tantieme', table_name: 'royalties' },
      });
      const { result } = await superset.call<{ result: { columns: { column_name: string; description: string }[] } }>(
        ...(['GET', `/dataset/${id}`] as const),
      );
      const { columns } = requirePresent(
        tablesOf('analyst').find(({ name }) => name === 'royalties'),
        'Analysts see royalties.',
      );
      expect(result.columns.map(({ column_name, description }) => [column_name, description])).toEqual(
        columns.map(({ name, meaning }) => [name, meaning]),
      );
      const metrics = [{ expressionType: 'SQL', sqlExpression: 'sum(royalty_amount)', label: 'royalties' }];
      const datasource = { id, type: 'table' };
      const { result: charts } = await superset.call<{ result: { data: object[] }[] }>('POST', '/chart/data', {
        ...{ datasource, queries: [{ columns: ['period', 'currency'], metrics, row_limit: 100 }] },
      });
      const wanted = await warehouse.query(
        'select period, currency, cast(sum(royalty_amount) as double) as royalties from tantieme.royalties group by period, currency',
      );
      expect(wanted.length).toBeGreaterThan(0);
      expect(charts[0]?.data).toHaveLength(wanted.length);
      expect(charts[0]?.data).toEqual(expect.arrayContaining(wanted));
      await superset.call('POST', '/chart/', {
        ...{ slice_name: 'Royalties', viz_type: 'table', datasource_id: id, datasource_type: 'table' },
      });
    },
  );

  test.skipIf(!bySqlalchemy)('SQLAlchemy does so too', async () => {
    const command = requirePresent(bySqlalchemy, 'This is skipped without it.');
    const lines = await linesOf(command(['tantieme', QUERY, address('postgresql+psycopg2')]));
    expect(found(lines)).toEqual(await expectedBy('SQLAlchemy'));
  });
});

test.skipIf(!byJdbc).each(BI_ROLES)(
  "in the DuckDB file of the role %s DuckDB's JDBC driver finds every table, column and comment",
  async (role) => {
    const { file } = await requireCurrentFile(folder.path, role);
    const lines = await linesOf(
      requirePresent(byJdbc, 'This is skipped without it.')(['describe', 'main', QUERY, `jdbc:duckdb:${file}`]),
    );
    expect(found(lines)).toEqual(await expectedBy("DuckDB's JDBC driver", { role, hasKeys: false }));
  },
);
