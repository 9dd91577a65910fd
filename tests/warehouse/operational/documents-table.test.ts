import { type Insertable, type Kysely, sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { up as firstTables } from '../../../warehouse/operational/migrations/0001-control-tables.ts';
import { up as documents } from '../../../warehouse/operational/migrations/0013-documents.ts';
import type { OperationalTables } from '../../../warehouse/operational/schema.ts';
import { deleteEverything, freshStore } from './fresh-store.ts';

const hashOf = (digit: string): string => digit.repeat(64);
const ADA = {
  statement_id: 'stmt_ada',
  creator_id: 'cr_ada',
  period: '2026-01',
  currency: 'USD',
  issued_at: '2026-02-02T05:00:00.123Z',
  json_hash: hashOf('1'),
  csv_hash: hashOf('2'),
  xlsx_hash: hashOf('3'),
  pdf_hash: hashOf('4'),
};
/** Issued before, with the same bytes in one format. */
const BEN = { ...ADA, statement_id: 'stmt_ben', creator_id: 'cr_ben', issued_at: '2026-02-02T04:00:00.000Z' };

let store: Awaited<ReturnType<typeof freshStore>>;
beforeAll(async () => {
  store = await freshStore();
});
afterEach(() => deleteEverything(store.operational));
afterAll(() => store[Symbol.asyncDispose]());

test('statements that were issued before are documents, a row for each format, under the ids and hashes they had', async () => {
  const { found, shown, left } = await store.operational.transaction().execute(async (transaction) => {
    // A schema of its own stands for a store of the version before.
    await sql`create schema before`.execute(transaction);
    await sql`set local search_path = before`.execute(transaction);
    const old = transaction as unknown as Kysely<{ statement_documents: typeof ADA }>;
    await firstTables(old as Kysely<unknown>);
    await old.insertInto('statement_documents').values([ADA, BEN]).execute();
    await documents(old as Kysely<unknown>);
    const rows = await transaction.selectFrom('documents').selectAll().orderBy('entry').execute();
    const view = await transaction.selectFrom('issued_statements').selectAll().orderBy('statement_id').execute();
    const tables = await sql`select 1 from information_schema.tables
      where table_schema = 'before' and table_name = 'statement_documents'`.execute(transaction);
    await sql`drop schema before cascade`.execute(transaction);
    return { found: rows, shown: view, left: tables.rows };
  });
  expect(shown).toEqual([ADA, BEN]);
  expect(found.map(({ document_id }) => document_id)).toEqual(
    ['stmt_ben', 'stmt_ada'].flatMap((id) => ['csv', 'json', 'pdf', 'xlsx'].map((format) => `${id}-${format}`)),
  );
  expect(found.find(({ document_id }) => document_id === 'stmt_ada-pdf')).toEqual({
    entry: expect.anything(),
    document_id: 'stmt_ada-pdf',
    ...{ kind: 'statement', subject: 'cr_ada', period: '2026-01', currency: 'USD', format: 'pdf' },
    ...{ content_id: 'stmt_ada', file_name: 'statement-2026-01-usd-cr_ada.pdf', hash: hashOf('4'), byte_size: null },
    ...{ issued_at: ADA.issued_at, supersedes: null },
  });
  expect(left).toEqual([]);
});

function documentRow(change: Partial<Insertable<OperationalTables['documents']>>) {
  return {
    document_id: 'doc_1-pdf',
    kind: 'statement' as const,
    subject: 'cr_ada',
    period: '2026-01',
    currency: 'USD',
    format: 'pdf' as const,
    content_id: 'doc_1',
    file_name: 'statement-2026-01-usd-cr_ada.pdf',
    hash: '0'.repeat(64),
    byte_size: 1n,
    issued_at: ADA.issued_at,
    supersedes: null,
    ...change,
  };
}

const insert = (document: Insertable<OperationalTables['documents']>) =>
  store.operational.insertInto('documents').values(document).execute();
const refused = async (write: Promise<unknown>) => expect(write).rejects.toThrow(/violates|duplicate/);

test('of a kind, subject, period, currency and format one document is the first, and each is superseded at most once', async () => {
  const row = documentRow({ document_id: 'doc_1-pdf', content_id: 'doc_1' });
  await insert(row);
  const second = { ...row, document_id: 'doc_2-pdf', content_id: 'doc_2' };
  await refused(insert(second));
  await refused(insert({ ...second, supersedes: 'doc_1-pdf', subject: 'cr_ben' }));
  await insert({ ...second, supersedes: 'doc_1-pdf' });
  const third = { ...row, document_id: 'doc_3-pdf', content_id: 'doc_3' };
  await refused(insert({ ...third, supersedes: 'doc_1-pdf' }));
  await insert({ ...third, supersedes: 'doc_2-pdf' });
  await insert({ ...third, document_id: 'doc_3-csv', format: 'csv' });
  await refused(insert(documentRow({ period: '2026-Q1', document_id: 'doc_4-pdf' })));
  await refused(insert(documentRow({ hash: 'f', period: '2026', document_id: 'doc_5-pdf' })));
  await refused(insert(documentRow({ file_name: '../x.pdf', period: '2026', document_id: 'doc_6-pdf' })));
  const shown = await store.operational
    .selectFrom('issued_statements')
    .select(['statement_id', 'pdf_hash', 'csv_hash'])
    .execute();
  expect(shown).toEqual([{ statement_id: 'doc_3', pdf_hash: row.hash, csv_hash: row.hash }]);
});

test('documents are only added', async () => {
  await insert(documentRow({}));
  const only = 'Rows of documents are only added.';
  await expect(
    store.operational
      .updateTable('documents')
      .set({ hash: '1'.repeat(64) })
      .execute(),
  ).rejects.toThrow(only);
  await expect(store.operational.deleteFrom('documents').execute()).rejects.toThrow(only);
});
