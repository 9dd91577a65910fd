import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { cancelInvoice } from '../../../jobs/invoices/cancellations.ts';
import type { Run } from '../../../jobs/job.ts';
import { deleteExpiredRecords } from '../../../jobs/retention/delete-expired-records.ts';
import { placeHold, recordHolds, releaseHold } from '../../../jobs/retention/record-holds.ts';
import { retentionStatus } from '../../../jobs/retention/stored-records.ts';
import { invoiceFromPlain } from '../../../reports/invoice/invoice.ts';
import { NotFound, Unavailable } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { documentsSize } from '../../../warehouse/store-sizes.ts';
import { invoiceOf } from '../../reports/invoice/invoices.ts';
import { deletions, expire, idsDeleted, issue, SERVICES, setTime, useRetentionStore } from './retention-store.ts';

useRetentionStore();

describe('a statement', () => {
  test('is deleted on the first day after its years, and its row and hash stay', async () => {
    const hash = await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    const later = await issue('statement', 'st_2', { period: '2026-12', at: '2027-01-02T08:00:00.000Z' });
    expect(await expire('2034-12-31T23:00:00.000Z', { statements: 8 })).toEqual({ statements: 0 });
    expect(await SERVICES.documents.get(hash)).toHaveLength(4);
    expect(await expire('2035-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 1 });
    await expect(SERVICES.documents.get(hash)).rejects.toThrow(NotFound);
    expect(await SERVICES.documents.get(later)).toHaveLength(4);
    expect(await deletions()).toEqual([
      {
        ...{ record_kind: 'document', record_id: 'st_1-pdf', kind: 'statement', period: '2026-01', hash },
        ...{ reason: 'kept for 8 years after its year, as set for statements', deleted_by: 'ada' },
        ...{ deleted_at: '2035-01-01T00:00:00.000Z', file_deleted_at: '2035-01-01T00:00:00.000Z' },
      },
    ]);
    const rows = await SERVICES.operational
      .selectFrom('documents')
      .select('hash')
      .where('content_id', '=', 'st_1')
      .execute();
    expect(rows).toEqual([{ hash }]);
    const [act] = await SERVICES.operational.selectFrom('audit_log').selectAll().execute();
    expect(act).toMatchObject({ done_by: 'ada', act: 'delete-expired-records', subject: 'statements: 1 record' });
    await expect(SERVICES.operational.deleteFrom('record_deletions').execute()).rejects.toThrow('are only added');
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
    const { operational } = SERVICES;
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

  test('whose file cannot be deleted stops no other, is named, and is deleted by the next run', async () => {
    const hashes = [];
    for (let n = 100; n < 151; n++)
      hashes.push(
        await issue('statement', `st_${n}`, { subject: `cr_${n}`, period: '2026-01', at: '2026-02-02T08:00:00.000Z' }),
      );
    const invoice = await issue('invoice', 'inv_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    const [refused = ''] = hashes;
    setTime('2036-01-01T00:00:00.000Z');
    const documents = {
      ...SERVICES.documents,
      delete: (hash: string) =>
        hash === refused ? Promise.reject(new Unavailable('No.')) : SERVICES.documents.delete(hash),
    };
    const retention = { statements: 8, invoices: 8 };
    const run = (all: Run) => deleteExpiredRecords.run({ ...all, retention }, undefined as never);
    expect(await run({ ...SERVICES, documents })).toEqual({
      deleted: { statements: 51, invoices: 1 },
      files: { deleted: 51, failed_count: 1, failed: [`${refused}: No.`] },
    });
    expect((await deletions()).filter(({ file_deleted_at }) => file_deleted_at === null)).toMatchObject([
      { hash: refused },
    ]);
    expect(await SERVICES.documents.get(refused)).toHaveLength(6);
    await expect(SERVICES.documents.get(invoice)).rejects.toThrow(NotFound);
    const acts = await SERVICES.operational.selectFrom('audit_log').select('subject').orderBy('entry').execute();
    expect(acts.map(({ subject }) => subject)).toEqual([
      ...['statements: 50 records', 'statements: 1 record', 'invoices: 1 record'],
    ]);
    setTime('2036-01-02T00:00:00.000Z');
    expect(await run(SERVICES)).toEqual({
      deleted: { statements: 0, invoices: 0 },
      files: { deleted: 1, failed_count: 0, failed: [] },
    });
    await expect(SERVICES.documents.get(refused)).rejects.toThrow(NotFound);
    expect((await deletions()).find(({ hash }) => hash === refused)).toMatchObject({
      ...{ deleted_at: '2036-01-01T00:00:00.000Z', file_deleted_at: '2036-01-02T00:00:00.000Z' },
    });
  });

  test('keeps its file where the deletion cannot be recorded', async () => {
    const hash = await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
    // The name of who deletes is required.
    const nobody = { ...SERVICES, startedBy: '', retention: { statements: 8 } };
    setTime('2036-01-01T00:00:00.000Z');
    await expect(deleteExpiredRecords.run(nobody, undefined as never)).rejects.toThrow('deleted_by');
    expect(await deletions()).toEqual([]);
    expect(await SERVICES.documents.get(hash)).toHaveLength(4);
  });

  test('with the same bytes is not recorded if they were deleted after they were stored again', async () => {
    const text = 'Nothing was earned.';
    await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z', text });
    const put = async (bytes: Buffer): Promise<string> => {
      const hash = await SERVICES.documents.put(bytes);
      await expire('2035-01-01T00:00:00.000Z', { statements: 8 });
      return hash;
    };
    const at = '2035-01-01T00:00:00.000Z';
    const documents = { ...SERVICES.documents, put };
    await expect(issue('statement', 'st_2', { period: '2034-12', at, text, documents })).rejects.toThrow(Unavailable);
    const hash = await issue('statement', 'st_2', { period: '2034-12', at, text });
    expect(String(await SERVICES.documents.get(hash))).toBe(text);
    expect(await expire('2035-01-02T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 0 });
    expect(String(await SERVICES.documents.get(hash))).toBe(text);
  });

  test('with the bytes of another leaves them until that is deleted too', async () => {
    const text = 'Nothing was earned.';
    const hash = await issue('statement', 'st_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z', text });
    await issue('statement', 'st_2', { period: '2027-01', at: '2027-02-02T08:00:00.000Z', text });
    expect(await expire('2035-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 1 });
    expect(String(await SERVICES.documents.get(hash))).toBe(text);
    expect(await documentsSize(SERVICES.operational)).toBe(BigInt(text.length));
    expect(await deletions()).toMatchObject([{ file_deleted_at: null }]);
    expect(await expire('2036-01-01T00:00:00.000Z', { statements: 8 })).toEqual({ statements: 1 });
    await expect(SERVICES.documents.get(hash)).rejects.toThrow(NotFound);
    const times = (await deletions()).map(({ file_deleted_at }) => file_deleted_at);
    expect(times).toEqual(Array(2).fill('2036-01-01T00:00:00.000Z'));
    const change = SERVICES.operational.updateTable('record_deletions').set({ file_deleted_at: null });
    await expect(change.execute()).rejects.toThrow('Rows of record_deletions are only added.');
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
  await SERVICES.operational
    .insertInto('invoices')
    .values({ ...drawn, drawn_at: '2026-02-02T08:00:00.000Z' })
    .execute();
  const change = () => SERVICES.operational.updateTable('invoices').set({ content: '{}' }).execute();
  await expect(change()).rejects.toThrow('Rows of invoices are only added.');
  await issue('self_billed_invoice', 'inv_1', { period: '2026-01', at: '2026-02-02T08:00:00.000Z' });
  await expect(change()).rejects.toThrow('Rows of invoices are only added.');
  expect(await expire('2037-01-01T00:00:00.000Z', { invoices: 10 })).toEqual({ invoices: 1 });
  const row = await SERVICES.operational.selectFrom('invoices').selectAll().executeTakeFirstOrThrow();
  for (const { name, address } of [invoice.supplier, invoice.customer])
    for (const word of [name, address.street]) expect(row.content).not.toContain(word);
  const { supplier, totals, lines } = invoiceFromPlain(JSON.parse(row.content));
  expect([totals, lines]).toEqual([invoice.totals, invoice.lines]);
  expect(supplier).toMatchObject({ party_id: invoice.supplier.party_id, vat_id: null, address: { street: '' } });
  await expect(change()).rejects.toThrow('Rows of invoices are only added.');
  await expect(cancelInvoice(SERVICES, { invoice_id: 'inv_1', because: 'Wrong.', by: 'finn' })).rejects.toThrow(
    'SB-1 cannot be cancelled, because it was deleted at 2037-01-01T00:00:00.000Z, once its term was over',
  );
});

describe('a hold', () => {
  const hold = (what: Parameters<typeof placeHold>[1] extends infer H ? Partial<H> : never) =>
    placeHold(SERVICES, { because: 'Suit 12 C 34/36', by: 'finn', ...what });
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
    await releaseHold(SERVICES, { holdId: hold_id, because: 'The suit is over.', by: 'ada' });
    expect(await expire(AT, RETENTION)).toEqual({ statements: 2, tax_forms: 1 });
    expect(await recordHolds(SERVICES)).toMatchObject([{ hold_id, released_by: 'ada', because: 'Suit 12 C 34/36' }]);
    const again = releaseHold(SERVICES, { holdId: hold_id, because: 'Once more.', by: 'ada' });
    await expect(again).rejects.toThrow(`${hold_id} is released already, by ada.`);
    await expect(sql`delete from record_holds`.execute(SERVICES.operational)).rejects.toThrow('are only added');
  });

  test.each([
    [{}, /needs a kind, a subject or a period/],
    [{ kind: 'journal_datev' }, /Nothing of the kind "journal_datev" is deleted/],
    [{ period: '2026', because: ' ' }, /The reason is empty/],
    [{ subject: 'cr_adda' }, /^There is no creator or developer cr_adda, so the hold would keep nothing/],
  ])('%o is refused', async (what, sentence) => {
    await expect(hold(what)).rejects.toThrow(sentence);
  });

  test('the status says what would be deleted when, and what is held', async () => {
    await hold({ subject: 'cr_ben' });
    const services = { ...SERVICES, retention: { statements: 8 } };
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
