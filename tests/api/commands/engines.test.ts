import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COARSE_FOLDER, writeCoarseFigures } from '../../../jobs/publish-marts/write-coarse-figures.ts';
import { lastClose } from '../../../transforms/ledger/closing.ts';
import { tablesOf } from '../../../transforms/published/published.ts';
import { openBigQuery } from '../../../warehouse/bigquery/bigquery.ts';
import { datasetOf, parseBigQueryAddress } from '../../../warehouse/bigquery/client/address.ts';
import { openDuckDb } from '../../../warehouse/duckdb/duckdb.ts';
import { BI_ROLES, type BiRole } from '../../../warehouse/published/published-table.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import { clientOf } from '../../support/bigquery/client.ts';
import { type LocalBigQuery, startBigQuery } from '../../support/bigquery/local-bigquery.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { missingGoogleSql } from '../../support/googlesql/server.ts';
import { closeAt, JANUARY, openTestWarehouse, recordEvents } from '../../transforms/small-month.ts';
import { type CommandLine, commandLine, SETTINGS } from './command-line.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tantieme-engines-'));
});
afterAll(() => rm(folder, { recursive: true }));

const tantieme: CommandLine = (args, settings, input) => commandLine(folder)(args, settings, input);

test('sql shows a model as BigQuery runs it, at the configured address or an example address', async () => {
  const shown = async (set: Record<string, string>): Promise<string> =>
    (await tantieme(['sql', 'int_stripe_movements', '--engine', 'bigquery'], set)).out;
  expect(await shown({ WAREHOUSE_URL: 'bigquery://acme-prod/royalties' })).toMatch(
    /from `acme-prod\.royalties\.int_stripe_objects`/,
  );
  expect(await shown({})).toMatch(/from `your-project\.tantieme\.int_stripe_objects`/);
  expect(await tantieme(['sql', 'breaks', '--engine', 'oracle'], {})).toMatchObject({ code: 2, out: '' });
});

test('a missing or invalid warehouse file cannot be moved', async () => {
  const nowhere = join(folder, 'nowhere.duckdb');
  expect(await tantieme(['move-from', `duckdb:${nowhere}`])).toEqual({
    code: 2,
    out: '',
    err: `The warehouse file ${nowhere} does not exist.\n`,
  });
  expect((await tantieme(['move-from', 'bigquery://acme-prod/royalties'])).code).toBe(2);
  const path = join(folder, 'data', 'warehouse.duckdb');
  await mkdir(join(folder, 'data'), { recursive: true });
  await writeFile(path, '');
  expect(await tantieme(['move-from', `duckdb:${path}`])).toMatchObject({
    code: 2,
    err: `${path} is already the configured warehouse; set WAREHOUSE_URL to the target of the move.\n`,
  });
});

describe.skipIf(missingGoogleSql ?? !FULL_RUN)(
  `on BigQuery${missingGoogleSql ? `, skipped: ${missingGoogleSql}` : ''}`,
  () => {
    let bigQuery: LocalBigQuery;
    let settings: typeof SETTINGS & { readonly WAREHOUSE_URL: string; readonly BIGQUERY_API_ENDPOINT: string };
    beforeAll(async () => {
      bigQuery = await startBigQuery({ projectId: 'acme-prod', answersDone: true });
      settings = {
        ...SETTINGS,
        WAREHOUSE_URL: 'bigquery://acme-prod/royalties',
        BIGQUERY_API_ENDPOINT: bigQuery.url,
      };
    });
    afterAll(() => bigQuery?.stop());

    test('a DuckDB file is moved by one command and verifies there, and a build estimates what it will read', async () => {
      const path = join(folder, 'before.duckdb');
      const before = await openTestWarehouse(await openDuckDb({ path }));
      await recordEvents(before, '2026-02-01T00:00:00Z', JANUARY);
      await closeAt(before, '2026-01', '2026-02-02T08:00:00Z');
      const closing = await lastClose(before);
      const figures = join(folder, 'figures');
      await writeCoarseFigures(before, { folder: figures });
      await before.close();

      const moved = await tantieme(['move-from', `duckdb:${path}`, '--json'], settings);
      expect(JSON.parse(moved.out)).toMatchObject({ periods: ['2026-01'] });
      expect(moved.err).toMatch(/^raw\.asset_used: (\d+) of \1 rows$/m);
      const countBefore = bigQuery.jobs().length;
      expect(await tantieme(['verify', '2026-01'], settings)).toMatchObject({ code: 0 });
      const labels = bigQuery
        .jobs()
        .slice(countBefore)
        .map((job) => job.configuration.labels?.what);
      // A start that changes nothing, and a verification, which is rolled back, write nothing.
      expect(labels).not.toContain('load');
      expect(labels).not.toContain('commit');
      const built = await tantieme(['build', '--period', '2026-02'], settings);
      expect(built.out).toMatch(/estimate +the build will read about [\d,]+ MiB, which costs about \d+\.\d\d USD/);
      const counted = await tantieme(['query', 'select count(*) as n from tantieme.postings', '--json'], settings);
      expect(Number(JSON.parse(counted.out)[0].n)).toBeGreaterThan(0);

      const there = openBigQuery({ address: parseBigQueryAddress(settings.WAREHOUSE_URL), apiEndpoint: bigQuery.url });
      expect(await lastClose(there)).toEqual(closing);
      await there.close();

      // The figures for everybody are those of DuckDB, with the same noise, and written once.
      const published = await tantieme(['publish-marts', '--json'], settings);
      expect(JSON.parse(published.out)).toMatchObject({ figures: ['2026-01'] });
      const month = join(COARSE_FOLDER, '2026-01.json');
      expect(await readFile(join(folder, 'data', 'bi', month), 'utf8')).toBe(
        await readFile(join(figures, month), 'utf8'),
      );
      expect(await tantieme(['publish-marts'], settings)).toMatchObject({ code: 1, err: /already/ });

      // Views for BI tools, in datasets that may read the marts where their readers may not.
      const migrated = await tantieme(['migrate', '--json'], settings);
      expect(JSON.parse(migrated.out)).toEqual({
        migrated: true,
        shared_view_count: tablesOf('analyst').length + tablesOf('finance').length - 2,
      });
      const client = clientOf(bigQuery);
      const [balances] = await client.dataset('royalties_bi_analyst').table('balances').getMetadata();
      const fields: readonly { name: string; description?: string }[] = balances.schema.fields;
      expect(fields.find(({ name }) => name === 'closing_minor')?.description).toBe(
        'The balance owed at the end of the period, in minor units.',
      );
      expect(fields.map(({ name }) => name)).not.toContain('account_id_stripe');
      const [counts] = await client.query(
        'select count(*) as n, count(account_id_stripe) as accounts from `acme-prod.royalties_bi_finance.balances`',
      );
      expect(counts).toEqual([{ n: expect.any(Number), accounts: expect.any(Number) }]);
      // They show the warehouse as it is, and what of it is closed.
      const [live] = await client.query('select * from `acme-prod.royalties_bi_analyst.publication`');
      expect(live).toEqual([
        { publication_version: 'live', published_at: null, closed_period: '2026-01', seal: closing?.seal },
      ]);
      const accessOf = async (dataset: string) => (await client.dataset(dataset).getMetadata())[0].access;
      const views = (dataset: string) => ({
        dataset: { dataset: { projectId: 'acme-prod', datasetId: dataset }, targetTypes: ['VIEWS'] },
      });
      expect(await accessOf('royalties')).toEqual([views('royalties_bi_analyst'), views('royalties_bi_finance')]);
      expect(await accessOf('royalties_ledger')).toEqual([views('royalties')]);
      // Once more, nothing is added.
      expect(await tantieme(['migrate'], settings)).toMatchObject({ code: 0 });
      expect(await accessOf('royalties_ledger')).toHaveLength(1);
    });

    test('each role has the views of its columns alone, analysts none that reads a personal one, and nobody a right on the models', async () => {
      const roles = { ...settings, WAREHOUSE_URL: 'bigquery://acme-prod/roles' };
      expect(await tantieme(['migrate'], roles)).toMatchObject({ code: 0 });
      const client = clientOf(bigQuery);
      type View = { readonly name: string; readonly columns: readonly string[]; readonly sql: string };
      const viewsOf = async (role: BiRole): Promise<readonly View[]> => {
        const [tables] = await client.dataset(`roles_bi_${role}`).getTables();
        const found = tables.map(async (table) => {
          const [{ view, schema }] = await table.getMetadata();
          const columns = schema.fields.map(({ name }: { name: string }) => name);
          return { name: table.id ?? '', columns, sql: view.query };
        });
        return (await Promise.all(found)).sort((one, other) => (one.name < other.name ? -1 : 1));
      };
      for (const role of BI_ROLES) {
        const declared = tablesOf(role).filter(({ name }) => !name.startsWith('publication'));
        const columnsOf = Object.fromEntries(
          declared.map((table) => [table.name, table.columns.map(({ name }) => name)]),
        );
        const { publication, ...marts } = Object.fromEntries(
          (await viewsOf(role)).map(({ name, columns }) => [name, columns]),
        );
        expect(marts, role).toEqual(columnsOf);
        expect(publication).toEqual(['publication_version', 'published_at', 'closed_period', 'seal']);
      }
      const personal = Object.entries(FIELDS).flatMap(([name, field]) => ('isPersonal' in field ? [name] : []));
      const readByAnalysts = (await viewsOf('analyst')).filter(({ sql, columns }) =>
        personal.some((name) => columns.includes(name) || new RegExp(`\\b${name}\\b`).test(sql)),
      );
      expect(readByAnalysts.map(({ name }) => name)).toEqual([]);
      // Who may read datasets: other datasets' views, and no role.
      const readers = async (dataset: string) => {
        const [{ access = [] }] = await client.dataset(datasetOf(dataset, { dataset: 'roles' })).getMetadata();
        return access.map((entry: { dataset?: { dataset: { datasetId: string }; targetTypes: string[] } }) =>
          entry.dataset ? `${entry.dataset.targetTypes} of ${entry.dataset.dataset.datasetId}` : entry,
        );
      };
      expect(await readers('tantieme')).toEqual(['VIEWS of roles_bi_analyst', 'VIEWS of roles_bi_finance']);
      for (const dataset of ['raw', 'landing', 'stripe', 'seeds', 'ledger', 'draft']) {
        expect(await readers(dataset), dataset).toEqual(['VIEWS of roles']);
      }
      for (const dataset of ['bi_analyst', 'bi_finance']) expect(await readers(dataset), dataset).toEqual([]);
      // What an earlier version has shared is gone, what somebody else has made there stays.
      const view = { query: 'select creator_name from `acme-prod.roles.creators`', useLegacySql: false };
      const dataset = client.dataset('roles_bi_analyst');
      await dataset.createTable('former', { view, labels: { app: 'tantieme' } });
      await dataset.createTable('of_others', { view });
      const before = (await viewsOf('analyst')).map(({ name }) => name);
      expect(await tantieme(['migrate'], roles)).toMatchObject({ code: 0 });
      expect((await viewsOf('analyst')).map(({ name }) => name)).toEqual(before.filter((name) => name !== 'former'));
    });
  },
);
