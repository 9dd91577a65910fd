import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { recordDocuments } from '../../../jobs/document-rows.ts';
import { cancelInvoice } from '../../../jobs/invoices/cancellations.ts';
import type { Run } from '../../../jobs/job.ts';
import { deleteExpiredRecords } from '../../../jobs/retention/delete-expired-records.ts';
import { placeHold, recordHolds, releaseHold } from '../../../jobs/retention/record-holds.ts';
import { parseRetention, type Retention } from '../../../jobs/retention/retention-rules.ts';
import { retentionStatus } from '../../../jobs/retention/stored-records.ts';
import { invoiceFromPlain } from '../../../reports/invoice/invoice.ts';
import { documentsIn } from '../../../warehouse/documents/folder.ts';
import { NotFound, Unavailable } from '../../../warehouse/errors.ts';
import { sha256Hex } from '../../../warehouse/ids.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { documentsSize } from '../../../warehouse/store-sizes.ts';
import type { DocumentKind } from '../../../warehouse/vocabulary/documents.ts';
import { invoiceOf } from '../../reports/invoice/invoices.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { deleteEverything, freshStore } from '../../warehouse/operational/fresh-store.ts';
import { RUN } from '../test-services.ts';

const [store, folder] = [await freshStore(), await temporaryFolder()];
let now = 0;
const setTime = (time: string): void => {
  now = Date.parse(time);
};
/** All that is deleted from: the stores of the operation and of documents. */
const SERVICES = {
  ...{ operational: store.operational, documents: documentsIn(folder.path), clock: { now: () => now } },
  ...RUN,
} as unknown as Run;
let services = SERVICES;
beforeEach(async () => {
  await deleteEverything(store.operational);
  services = SERVICES;
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Issued {
  readonly subject?: string;
  readonly period: string;
  readonly at: string;
  readonly text?: string;
  readonly supersedes?: string;
}

/** Issues a document of one file, whose text is its id unless it is given; returns its hash. */
async function issue(kind: DocumentKind, id: string, given: Issued): Promise<string> {
  const { subject = 'cr_ada', period, at, text = id, supersedes } = given;
  setTime(at);
  const hash = await services.documents.put(Buffer.from(text));
  await recordDocuments(
    services,
    [
      {
        ...{ kind, content_id: id, subject, period, currency: 'EUR', issued_by: 'finn', supersedes },
        files: { pdf: { hash, byte_size: text.length } },
        fileName: () => `${id}.pdf`,
      },
    ],
    'It is there.',
  );
  return hash;
}

async function expire(at: string, retention: Retention | undefined): Promise<unknown> {
  setTime(at);
  services = { ...SERVICES, retention };
  const { deleted } = await deleteExpiredRecords.run(services, undefined as never);
  return deleted;
}
const deletions = () => services.operational.selectFrom('record_deletions').selectAll().orderBy('record_id').execute();
const idsDeleted = async () => (await deletions()).map(({ record_id }) => record_id);

describe('a statement', () => {
  test('is deleted on the first day after its years, and its row and hash stay', async () => {
    const hash = await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    const later = await issue('statement', 'st_2', { period: '2026-12', at: '2027-01-02T08:00:00.000Z' });
    expect(await expire('2034-12-31T23:00:00.000Z', { statements: 8 })).toEqual({ statements: 0 });
    expect(await services.documents.get(hash)).toHaveLength(4);
    expect(await expire('2035-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 1 });
    await expect(services.documents.get(hash)).rejects.toThrow(NotFound);
    expect(await services.documents.get(later)).toHaveLength(4);
    expect(await deletions()).toEqual([
      {
        ...{ record_kind: 'document', record_id: 'st_1-pdf', kind: 'statement', period: '2026-01', hash },
        ...{ reason: 'kept for 8 years after its year, as set for statements', deleted_by: 'ada' },
        deleted_at: '2035-01-01T00:00:00.000Z',
      },
    ]);
    const rows = await services.operational
      .selectFrom('documents')
      .select('hash')
      .where('content_id', '=', 'st_1')
      .execute();
    expect(rows).toEqual([{ hash }]);
    const [act] = await services.operational.selectFrom('audit_log').selectAll().execute();
    expect(act).toMatchObject({ done_by: 'ada', act: 'delete-expired-records', subject: 'statements: 1 record' });
    await expect(services.operational.deleteFrom('record_deletions').execute()).rejects.toThrow('are only added');
    // Nothing is deleted twice.
    expect(await expire('2035-01-02T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 0 });
  });

  test('that was issued again is kept as long as what took its place', async () => {
    await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    await issue('statement', 'st_2', { period: '2026-01', at: '2027-02-02T08:00:00.000Z', supersedes: 'st_1' });
    expect(await expire('2035-06-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 0 });
    expect(await expire('2036-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 2 });
  });

  test('is not among those in force once one of its formats is deleted', async () => {
    await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    const { operational } = services;
    const [pdf] = await operational.selectFrom('documents').selectAll().execute();
    const { entry: _, ...row } = requirePresent(pdf, 'It was issued.');
    await operational
      .insertInto('documents')
      .values({ ...row, document_id: 'st_1-csv', format: 'csv' })
      .execute();
    const inForce = () => operational.selectFrom('issued_statements').selectAll().execute();
    expect(await inForce()).toHaveLength(1);
    const { kind, period, hash } = row;
    const deleted = { reason: 'kept for 8 years', deleted_by: 'ada', deleted_at: '2035-01-01T00:00:00.000Z' };
    await operational
      .insertInto('record_deletions')
      .values({ record_kind: 'document', record_id: 'st_1-csv', kind, period, hash, ...deleted })
      .execute();
    expect(await inForce()).toEqual([]);
  });

  test('that is deleted before a run fails is in the audit log', async () => {
    for (let n = 100; n < 151; n++)
      await issue('statement', `st_${n}`, { subject: `cr_${n}`, period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    const refused = sha256Hex('st_150');
    const documents = {
      ...SERVICES.documents,
      delete: (hash: string) =>
        hash === refused ? Promise.reject(new Unavailable('No.')) : SERVICES.documents.delete(hash),
    };
    setTime('2035-01-01T00:00:00.000Z');
    const failed = { ...SERVICES, documents, retention: { statements: 8 } };
    await expect(deleteExpiredRecords.run(failed, undefined as never)).rejects.toThrow('No.');
    const acts = await services.operational.selectFrom('audit_log').select('subject').execute();
    expect(acts).toEqual([{ subject: 'statements: 50 records' }]);
    expect(await deletions()).toHaveLength(50);
  });

  test('with the bytes of another leaves them until that is deleted too', async () => {
    const text = 'Nothing was earned.';
    const hash = await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z', text });
    await issue('statement', 'st_2', { period: '2027-01', at: '2027-02-02T08:00:00.000Z', text });
    expect(await expire('2035-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 1 });
    expect(String(await services.documents.get(hash))).toBe(text);
    expect(await documentsSize(services.operational)).toBe(BigInt(text.length));
    expect(await expire('2036-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 1 });
    await expect(services.documents.get(hash)).rejects.toThrow(NotFound);
  });
});

test('nothing is deleted without the setting, nor of a kind that it does not name', async () => {
  await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
  await issue('journal_datev', 'j_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z', subject: 'platform' });
  await expect(expire('2099-01-01T00:00:00.000Z', undefined)).rejects.toThrow(
    /^Nothing can be deleted: set TANTIEME_D/,
  );
  expect(await expire('2099-01-01T00:00:00.000Z', { invoices: 1, tax_forms: 1, bank_files: 1 })).toEqual({
    ...{ invoices: 0, tax_forms: 0, bank_files: 0 },
  });
  expect(await idsDeleted()).toEqual([]);
});

test('an invoice loses its parties, and keeps its figures', async () => {
  const invoice = invoiceOf();
  setTime('2026-02-02T08:00:00.000Z');
  const content = JSON.stringify(invoice, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  const drawn = {
    ...{ invoice_id: 'inv_1', document_kind: 'self_billed_invoice' as const, supplier: 'cr_ada', sequence: 1 },
    ...{ number: 'SB-1', issued_on: '2026-02-02', subject: 'cr_ada', period: '2026-01', currency: 'EUR', content },
  };
  await services.operational
    .insertInto('invoices')
    .values({ ...drawn, drawn_at: '2026-02-02T08:00:00.000Z' })
    .execute();
  const change = () => services.operational.updateTable('invoices').set({ content: '{}' }).execute();
  await expect(change()).rejects.toThrow('Rows of invoices are only added.');
  await issue('self_billed_invoice', 'inv_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
  await expect(change()).rejects.toThrow('Rows of invoices are only added.');
  expect(await expire('2037-01-01T00:00:00.000Z', { invoices: 10 })).toEqual({ invoices: 1 });
  const row = await services.operational.selectFrom('invoices').selectAll().executeTakeFirstOrThrow();
  for (const { name, address } of [invoice.supplier, invoice.customer])
    for (const word of [name, address.street]) expect(row.content).not.toContain(word);
  const { supplier, totals, lines } = invoiceFromPlain(JSON.parse(row.content));
  expect([totals, lines]).toEqual([invoice.totals, invoice.lines]);
  expect(supplier).toMatchObject({ party_id: invoice.supplier.party_id, vat_id: null, address: { street: '' } });
  await expect(change()).rejects.toThrow('Rows of invoices are only added.');
  await expect(cancelInvoice(services, { invoice_id: 'inv_1', because: 'Wrong.', by: 'finn' })).rejects.toThrow(
    'SB-1 cannot be cancelled, because it was deleted at 2037-01-01T00:00:00.000Z, once its term was over',
  );
});

test('messages of banks lose their bytes and cannot be changed otherwise', async () => {
  const sealed = { wrapped_key: 'w', master_key_id: 'tk_1', nonce: 'n', ciphertext: 'c', tag: 't' };
  const message = { message_hash: 'a'.repeat(64), byte_size: 1n, received_by: 'finn' };
  await services.operational
    .insertInto('payout_bank_messages')
    .values({ ...message, ...sealed, received_at: '2026-02-02T08:00:00.000Z' })
    .execute();
  const erased = { wrapped_key: '', master_key_id: 'erased', nonce: '', ciphertext: '', tag: '' };
  const erase = services.operational.updateTable('payout_bank_messages').set(erased).execute();
  await expect(erase).rejects.toThrow('Rows of payout_bank_messages are only added.');
  expect(await expire('2029-01-01T00:00:00.000Z', { bank_files: 2 })).toEqual({ bank_files: 1 });
  expect(await services.operational.selectFrom('payout_bank_messages').selectAll().execute()).toMatchObject([
    { ...message, ...erased },
  ]);
});

describe('a hold', () => {
  const hold = (what: Parameters<typeof placeHold>[1] extends infer H ? Partial<H> : never) =>
    placeHold(services, { because: 'Suit 12 C 34/36', by: 'finn', ...what });
  const [AT, RETENTION] = ['2040-01-01T00:00:00.000Z', { statements: 8, tax_forms: 8 }] as const;
  beforeEach(async () => {
    for (const [id, subject] of [
      ['st_ada', 'cr_ada'],
      ['st_ben', 'cr_ben'],
    ] as const)
      await issue('statement', id, { subject, period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    await issue('tax_dac7', 'tax_1', { subject: 'platform', period: '2026', at: '2027-01-20T08:00:00.000Z' });
  });

  test.each([
    ['on a creator', { subject: 'cr_ada' }, ['st_ben-pdf']],
    ['on a kind', { kind: 'tax_dac7' }, ['st_ada-pdf', 'st_ben-pdf']],
    ['on a month', { period: '2026-01' }, []],
    ['on a year', { period: '2026' }, []],
    ['on another month', { period: '2025-12' }, ['st_ada-pdf', 'st_ben-pdf', 'tax_1-pdf']],
    ['on a kind of a creator', { kind: 'statement', subject: 'cr_ben' }, ['st_ada-pdf', 'tax_1-pdf']],
  ])('%s keeps what it names, and what is about all', async (_, what, deleted) => {
    await hold(what);
    await expire(AT, RETENTION);
    expect(await idsDeleted()).toEqual(deleted);
  });

  test('that is released keeps nothing any more, and stays on record', async () => {
    const { hold_id } = await hold({ period: '2026' });
    expect(await expire(AT, RETENTION)).toEqual({ statements: 0, tax_forms: 0 });
    await releaseHold(services, { holdId: hold_id, because: 'The suit is over.', by: 'ada' });
    expect(await expire(AT, RETENTION)).toEqual({ statements: 2, tax_forms: 1 });
    expect(await recordHolds(services)).toMatchObject([{ hold_id, released_by: 'ada', because: 'Suit 12 C 34/36' }]);
    const again = releaseHold(services, { holdId: hold_id, because: 'Once more.', by: 'ada' });
    await expect(again).rejects.toThrow(`${hold_id} is released already, by ada.`);
    await expect(sql`delete from record_holds`.execute(services.operational)).rejects.toThrow('are only added');
  });

  test.each([
    [{}, /needs a kind, a subject or a period/],
    [{ kind: 'journal_datev' }, /Nothing of the kind "journal_datev" is deleted/],
    [{ period: '2026', because: ' ' }, /The reason is empty/],
  ])('%o is refused', async (what, sentence) => {
    await expect(hold(what)).rejects.toThrow(sentence);
  });

  test('the status says what would be deleted when, and what is held', async () => {
    await hold({ subject: 'cr_ben' });
    services = { ...services, retention: { statements: 8 } };
    setTime('2034-12-31T00:00:00.000Z');
    const of = { recorded_year: 2026, record_count: 2, held_count: 1, delete_from_on: '2035-01-01' };
    const before = await retentionStatus(services);
    expect(before[0]).toMatchObject({
      group: 'statements',
      years: 8,
      default_years: 10,
      by_year: [{ ...of, is_due: false }],
    });
    expect(before[2]).toMatchObject({
      group: 'tax_forms',
      years: null,
      by_year: [{ delete_from_on: null, is_due: false }],
    });
    setTime('2035-01-01T00:00:00.000Z');
    expect((await retentionStatus(services))[0]?.by_year).toEqual([{ ...of, is_due: true }]);
  });
});

test.each([
  ['statements=10, invoices=default', { statements: 10, invoices: 10 }],
  ['bank_files=6', { bank_files: 6 }],
])('the setting %s', (text, expected) => expect(parseRetention(text)).toEqual(expected));

test.each([
  ['statement=10', '"statement" is not one of statements, invoices, tax_forms, bank_files.'],
  ['statements=0', 'statements has "0", which is neither "default" nor 1 to 99 years.'],
  ['statements', 'statements has "", which is neither'],
  ['statements=5,statements=6', 'It names something twice.'],
])('the setting %s is refused', (text, sentence) => expect(() => parseRetention(text)).toThrow(sentence));
