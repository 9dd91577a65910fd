import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import type { Part, PublishedFile } from '../../../warehouse/published/database-files.ts';
import { cancelLongQueries } from '../../../warehouse/published/postgres/cancel.ts';
import { publishToPostgres } from '../../../warehouse/published/postgres/publish.ts';
import type { PublishedTable } from '../../../warehouse/published/published-table.ts';
import type { ColumnShape } from '../../../warehouse/vocabulary/tables.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { PUBLICATIONS } from '../../support/publications.ts';
import { type TemporaryFolder, temporaryFolder } from '../folder.ts';
import { STORES } from '../operational/stores.ts';

const server = STORES.find(({ isServer }) => isServer);

const column = (name: string, type: ColumnShape['type'], optional = false): ColumnShape => ({
  ...{ name, type, optional, meaning: `The ${name}, "it's" called.` },
});
const creators: PublishedTable = {
  ...{ name: 'creators', meaning: 'One row per creator.', key: ['creator_id'], references: [] },
  columns: [column('creator_id', 'string'), column('creator_name', 'string', true)],
};
const masked: PublishedTable = { ...creators, columns: creators.columns.slice(0, 1) };
const royalties: PublishedTable = {
  ...{ name: 'royalties', meaning: 'One row per royalty.', key: ['period', 'movement_id'] },
  columns: [
    ...[column('period', 'string'), column('movement_id', 'string'), column('creator_id', 'string')],
    ...[column('royalty_amount', 'numeric'), column('units', 'int64', true), column('occurred_at', 'timestamp', true)],
  ],
  references: [{ column: 'creator_id', table: 'creators', to: 'creator_id' }],
};
const publication: PublishedTable = {
  ...{ name: 'publication', meaning: 'One row.', key: ['publication_version'], references: [] },
  columns: [column('publication_version', 'int64')],
};
const TABLES = { analyst: [publication, masked, royalties], finance: [publication, creators, royalties] };

describe.skipIf(!server)('on PostgreSQL', () => {
  let folder: TemporaryFolder;
  let warehouse: Warehouse;
  let url: string;
  let drop: () => Promise<void>;
  let owner: pg.Client;
  let fileCount = 0;
  beforeAll(async () => {
    folder = await temporaryFolder();
    warehouse = await openDuckDb({ path: ':memory:' });
    const made = await requirePresent(server, 'This is skipped without a server.').make();
    drop = made.drop;
    url = made.address.kind === 'postgres' ? made.address.url : '';
    owner = new pg.Client({ connectionString: url });
    await owner.connect();
  });
  afterAll(async () => {
    await owner?.end();
    await warehouse?.close();
    await drop?.();
    await folder?.[Symbol.asyncDispose]();
  });

  /** A file in which the royalties of each of two periods sum up to its number; the first period is always the same. */
  async function fileOf(number: number, { rows = 40, periods = ['2026-01', '2026-02'] } = {}): Promise<PublishedFile> {
    const files = requirePresent(warehouse.files, 'DuckDB has files.');
    const path = join(folder.path, `${fileCount++}.duckdb`);
    const months = periods.map((period) => `('${period}')`).join(', ');
    const selects: Readonly<Record<string, string>> = {
      publication: `select cast(${number} as bigint) as publication_version`,
      royalties: `select period, 'm' || range as movement_id, 'cr_' || range % 7 as creator_id,
        cast(case when range > 0 then 0 when period = '2026-01' then 1 else ${number} end as decimal(38, 9)) as royalty_amount,
        case when range % 2 = 0 then 9007199254740993 end as units, timestamptz '2026-01-05 10:00:00.123456Z' as occurred_at
        from range(${rows}), (values ${months}) as months(period)`,
      creators: `select 'cr_0' as creator_id, 'Ada, "the" ' || chr(10) || 'fi' || chr(0) || 'rst' as creator_name`,
    };
    await files.write(
      { analyst: `${path}.analyst`, finance: path },
      { tables: TABLES, select: ({ name }) => selects[name] ?? '', conclude: async () => [] },
    );
    return files.open(path);
  }

  async function publish(file: PublishedFile, { at = url, tables = TABLES } = {}) {
    try {
      return await publishToPostgres({
        ...{ url: at, file, tables, csvPath: join(folder.path, 'part.csv'), queryTimeMs: 60_000 },
      });
    } finally {
      file.close();
    }
  }

  /** Set once for each role: PostgreSQL refuses to change a role twice at a time. */
  const passwords = new Map<string, Promise<unknown>>();
  async function connectedAs(role: 'analyst' | 'finance'): Promise<pg.Client & AsyncDisposable> {
    const given = passwords.get(role) ?? owner.query(`alter role tantieme_${role} password 'test'`);
    passwords.set(role, given);
    await given;
    const address = new URL(url);
    [address.username, address.password] = [`tantieme_${role}`, 'test'];
    const client = new pg.Client({ connectionString: address.href });
    client.on('error', () => undefined);
    await client.connect();
    return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
  }

  test('what is published arrives exactly, with what rows refer to, comments and keys that clients find', async () => {
    expect(await publish(await fileOf(1))).toEqual({ changed_parts: 5, has_foreign_keys: true, lacking: [] });
    await using finance = await connectedAs('finance');
    const { rows } = await finance.query(
      `select creator_name, units, royalty_amount, occurred_at::text from royalties join creators using (creator_id)
      where period = '2026-01' and movement_id = 'm0'`,
    );
    expect(rows).toEqual([
      {
        creator_name: 'Ada, "the" \nfi␀rst',
        units: '9007199254740993',
        royalty_amount: '1.000000000',
        occurred_at: '2026-01-05 10:00:00.123456+00',
      },
    ]);
    const known = await finance.query(
      `select count(*)::int as creators, count(creator_name)::int as named,
        (select col_description('tantieme.royalties'::regclass, 4)) as comment from creators`,
    );
    expect(known.rows).toEqual([{ creators: 7, named: 1, comment: 'The royalty_amount, "it\'s" called.' }]);
    // As Metabase looks for keys, which a role with SELECT alone does not find.
    const keys = await finance.query(
      `select table_schema, table_name, constraint_type, count(*)::int as count from information_schema.table_constraints
      where table_schema like 'tantieme%' and constraint_type <> 'CHECK' group by 1, 2, 3 order by 1, 2, 3`,
    );
    expect(keys.rows.map((row) => Object.values(row).join(' '))).toEqual([
      'tantieme publication PRIMARY KEY 1',
      'tantieme royalties FOREIGN KEY 2',
      'tantieme royalties PRIMARY KEY 1',
      'tantieme_finance creators PRIMARY KEY 1',
    ]);
  });

  test('only what has changed is published again; a period that is gone is gone there', async () => {
    expect(await publish(await fileOf(1))).toMatchObject({ changed_parts: 0 });
    expect(await publish(await fileOf(2))).toMatchObject({ changed_parts: 2 });
    expect(await publish(await fileOf(2, { periods: ['2026-02'] }))).toMatchObject({ changed_parts: 1 });
    const { rows } = await owner.query('select distinct period from tantieme.royalties');
    expect(rows).toEqual([{ period: '2026-02' }]);
  });

  test('a table with other columns is made anew, and one that is no longer published is dropped', async () => {
    const narrow = { ...royalties, columns: royalties.columns.slice(0, 5) };
    const tables = { analyst: [masked, narrow], finance: [creators, narrow] };
    await publish(await fileOf(2), { tables });
    const { rows } = await owner.query(
      `select table_name, count(*)::int as columns from information_schema.columns where table_schema = 'tantieme' group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { table_name: 'creators', columns: 1 },
      { table_name: 'royalties', columns: 5 },
    ]);
    await publish(await fileOf(2));
  });

  test('the empty end of a table is not cut off, for which readers would wait', async () => {
    const size = async () =>
      (await owner.query(`select pg_relation_size('tantieme.royalties') as bytes`)).rows[0].bytes as string;
    await publish(await fileOf(2, { rows: 5_000 }));
    const filled = await size();
    await publish(await fileOf(2));
    expect(await size()).toBe(filled);
  });

  test('a publication that does not have the numbers of the warehouse leaves the former one', async () => {
    const withTotals = async (change: (parts: readonly Part[]) => readonly Part[]): Promise<PublishedFile> => {
      const file = await fileOf(3);
      return { ...file, parts: async (table) => change(await file.parts(table)) };
    };
    const more = await withTotals((parts) => parts.map((part) => ({ ...part, totals: new Map([['*', '41']]) })));
    await expect(publish(more)).rejects.toThrow('cannot be published: its rows are 1 instead of 41');
    // Each period is compared for itself: both have the sum of the other here.
    const swapped = await withTotals((parts) => {
      const [first, second] = parts;
      return first && second
        ? [
            { ...first, totals: second.totals },
            { ...second, totals: first.totals },
          ]
        : parts;
    });
    await expect(publish(swapped)).rejects.toThrow(
      '2026-01 cannot be published: the sum of royalty_amount is 1.000000000 instead of 3.000000000',
    );
    const { rows } = await owner.query('select publication_version from tantieme.publication');
    expect(rows).toEqual([{ publication_version: '2' }]);
  });

  test.each([
    ['select * from tantieme_finance.creators', '42501'],
    ['select creator_name from creators', '42703'],
    ['select * from tantieme_publisher.parts', '42501'],
    ['delete from royalties', '42501'],
    [`insert into creators values ('cr_x')`, '42501'],
    ['create table tantieme.own (id int)', '42501'],
    ['create table public.own (id int)', '42501'],
    ['create temporary table own (id int)', '42501'],
    ['create schema own', '42501'],
    ['begin; lock table tantieme.royalties in share mode', '42501'],
    ['begin; lock table tantieme_publisher.tables', '42501'],
    ['select lo_create(0)', '42501'],
    [`select pg_read_file('/etc/passwd')`, '42501'],
    ['set session_replication_role = replica', '42501'],
    ['set role tantieme_finance', '42501'],
  ])('an analyst who turns off the defaults of the role may not %s', async (sql, code) => {
    await using analyst = await connectedAs('analyst');
    await analyst.query('set default_transaction_read_only = off');
    await expect(analyst.query(sql)).rejects.toMatchObject({ code });
  });

  test('a query that takes too long is cancelled, also where the role has turned off its limit', async () => {
    await using analyst = await connectedAs('analyst');
    await analyst.query('set statement_timeout = 0');
    const slept = analyst.query('select pg_sleep(600)').then(
      () => 'slept',
      (error: unknown) => (error as { code: string }).code,
    );
    while ((await cancelLongQueries({ url, queryTimeMs: 50 })) === 0);
    expect(await slept).toBe('57014');
  });

  test('a publisher that is no superuser publishes without foreign keys and says what it lacks', async () => {
    const address = new URL(url);
    await owner.query(`drop schema tantieme, tantieme_finance, tantieme_publisher cascade`);
    await owner.query(`create role tantieme_test_publisher login createrole password 'test'`);
    try {
      const database = address.pathname.slice(1);
      await owner.query(`grant create on database ${database} to tantieme_test_publisher`);
      await owner.query(`grant temporary on database ${database} to public`);
      [address.username, address.password] = ['tantieme_test_publisher', 'test'];
      const published = await publish(await fileOf(4), { at: address.href });
      expect(published).toMatchObject({ changed_parts: 5, has_foreign_keys: false });
      expect(published.lacking.join('\n')).toContain('as the owner of the database, run: revoke');
      await using analyst = await connectedAs('analyst');
      expect((await analyst.query('select count(*)::int as count from royalties')).rows).toEqual([{ count: 80 }]);
    } finally {
      await owner.query('drop owned by tantieme_test_publisher cascade');
      await owner.query('drop role tantieme_test_publisher');
    }
  });

  test(
    `readers during ${PUBLICATIONS} publications see one of them, never wait, and never see an empty table`,
    async () => {
      const files = [await fileOf(1001), await fileOf(1002)];
      for (const file of files) await publish({ ...file, close: () => undefined });
      let isPublishing = true;
      const seen = new Set<string>();
      const read = async (isolation: string, statements: readonly string[]): Promise<void> => {
        await using analyst = await connectedAs('analyst');
        // A reader that would wait for a lock fails instead.
        await analyst.query('set lock_timeout = 1');
        while (isPublishing) {
          await analyst.query(`begin isolation level ${isolation}`);
          const found: (string | null)[] = [];
          for (const sql of statements) found.push(...Object.values((await analyst.query(sql)).rows[0] as object));
          await analyst.query('commit');
          const [version, sum, count] = found;
          expect([Number(sum) - 1, count]).toEqual([Number(version), '80']);
          seen.add(version ?? '');
        }
      };
      const sums =
        'select sum(royalty_amount) as sum, count(*) as count from royalties join creators using (creator_id)';
      const version = 'select publication_version from publication';
      const readers = [
        read('read committed', [`select (${version}), sums.* from (${sums}) as sums`]),
        read('repeatable read', [version, sums]),
        read('repeatable read', [`${version} where exists (select 1 from royalties)`, sums]),
      ];
      const failed = Promise.all(readers).catch((error: unknown) => {
        isPublishing = false;
        return error;
      });
      for (let count = 0; count < PUBLICATIONS && isPublishing; count++) {
        await publish({ ...requirePresent(files[count % 2], 'There are two files.'), close: () => undefined });
      }
      isPublishing = false;
      expect(await failed).toEqual([undefined, undefined, undefined]);
      for (const file of files) file.close();
      expect([...seen].sort()).toEqual(['1001', '1002']);
    },
    600_000 + PUBLICATIONS * 2_000,
  );
});
