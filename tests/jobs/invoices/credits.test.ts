import { expect, test } from 'vitest';
import { agreementOf, agreements, endAgreement } from '../../../jobs/invoices/agreements.ts';
import { recordAnswer } from '../../../jobs/invoices/answers.ts';
import { cancelInvoice } from '../../../jobs/invoices/cancellations.ts';
import { invoiceStatus } from '../../../jobs/invoices/invoice-status.ts';
import { listInvoices } from '../../../jobs/invoices/list-invoices.ts';
import { deleteExpiredRecords } from '../../../jobs/retention/delete-expired-records.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import {
  agree,
  base,
  decide,
  EUR,
  invoices,
  issue,
  MONTHS,
  prepare,
  services,
  useInvoiceStore,
  VAT_FORM,
} from './invoice-store.ts';

useInvoiceStore();

test('what is taken back of an earlier month is a credit note that names its invoice; a corrected balance is no royalty', async () => {
  await prepare();
  expect(await issue('2026-02')).toMatchObject({
    missing: [{ subject: 'cr_ada', because: expect.stringContaining('run tantieme invoices issue 2026-01 first') }],
  });
  await issue('2026-01');
  const { left_out } = await invoiceStatus(services, parsePeriod('2026-02'));
  expect(left_out).toEqual(['cr_ada: 0.77 EUR is on no invoice. The balance was corrected, which is no royalty.']);
  expect(await issue('2026-02')).toMatchObject({ left_out_count: 1, left_out });
  const found = await invoices();
  expect(Object.keys(found)).toEqual(['SB-cr_ada-000001', 'SB-cr_ben-000001', 'SB-cr_ada-000002', 'SB-cr_ada-000003']);
  expect(found['SB-cr_ada-000002']).toMatchObject({ kind: 'self_billed_invoice', totals: { net_minor: 2_000n } });
  expect(found['SB-cr_ada-000003']).toMatchObject({
    ...{ kind: 'self_billed_credit_note', totals: { net_minor: 500n } },
    preceding: [{ number: 'SB-cr_ada-000001', issued_on: '2026-03-03' }],
    lines: [{ supplied_in: '2026-01', quantity: '1', price: '5.00' }],
  });
});

test('a month before the agreement was not self-billed: the creator corrects its own invoice', async () => {
  await prepare(
    MONTHS.filter(({ period }) => period === '2026-02'),
    { closed: ['2026-02'], agreed_on: '2026-02-10' },
  );
  await issue('2026-02');
  expect(Object.values(await invoices())).toMatchObject([
    { kind: 'self_billed_invoice', totals: { net_minor: 2_000n } },
  ]);
  expect((await invoiceStatus(services, parsePeriod('2026-02'))).left_out).toContainEqual(
    'cr_ada: -5.00 EUR is on no invoice. It is taken back of months that were not self-billed; the creator corrects its own invoices.',
  );
});

test('a month that nets to zero or below has no invoice, and later months that take back of it go on', async () => {
  const january = { ...EUR, period: '2026-01', earned: 1_000n };
  const february = { ...EUR, period: '2026-02', earned: 5_000n, refundedOf: [['2026-01', 10n]] as const };
  await prepare([
    { ...january, creator_id: 'cr_ada', refunded: 1_000n },
    { ...january, creator_id: 'cr_ben', refunded: 1_500n },
    { ...february, creator_id: 'cr_ada' },
    { ...february, creator_id: 'cr_ben' },
  ]);
  expect(await issue('2026-01')).toMatchObject({ missing: [] });
  expect(await invoiceStatus(services, parsePeriod('2026-01'))).toMatchObject({
    ready: [],
    left_out: [
      'cr_ben: -5.00 EUR is on no invoice. More was taken back in 2026-01 than was earned; a negative amount is not invoiced.',
    ],
  });
  expect(await issue('2026-02')).toMatchObject({ missing: [] });
  expect(Object.values(await invoices()).map(({ totals }) => totals.net_minor)).toEqual([5_000n, 5_000n]);
  const said = '-0.10 EUR is on no invoice. It is taken back of months of which nothing was left to invoice.';
  expect((await invoiceStatus(services, parsePeriod('2026-02'))).left_out).toEqual([
    `cr_ada: ${said}`,
    `cr_ben: ${said}`,
  ]);
});

test('a credit note takes back no more of a month than was invoiced of it', async () => {
  const ada = { ...EUR, creator_id: 'cr_ada' };
  await prepare(
    [
      { ...ada, period: '2026-01', earned: 1_000n },
      { ...ada, period: '2026-02', earned: 2_000n, refundedOf: [['2026-01', 400n]] },
      { ...ada, period: '2026-03', earned: 3_000n, refundedOf: [['2026-01', 900n]] },
    ],
    { closed: ['2026-01', '2026-02', '2026-03'] },
  );
  base.setTime('2026-04-03T09:00:00.000Z');
  for (const period of ['2026-01', '2026-02', '2026-03', '2026-03']) await issue(period);
  const notes = Object.values(await invoices()).filter(({ kind }) => kind === 'self_billed_credit_note');
  expect(notes.map(({ totals }) => totals.net_minor)).toEqual([400n, 600n]);
  expect((await invoiceStatus(services, parsePeriod('2026-03'))).left_out).toEqual([
    'cr_ada: -3.00 EUR is on no invoice. More is taken back of earlier months than was invoiced of them.',
  ]);
});

test('what a later month has credited already is counted, in whatever order months are issued', async () => {
  const ada = { ...EUR, creator_id: 'cr_ada' };
  await prepare(
    [
      { ...ada, period: '2026-01', earned: 1_000n },
      { ...ada, period: '2026-02', earned: 2_000n, refundedOf: [['2026-01', 400n]] },
      { ...ada, period: '2026-03', earned: 3_000n, refundedOf: [['2026-01', 900n]] },
    ],
    { closed: ['2026-01', '2026-02', '2026-03'] },
  );
  base.setTime('2026-04-03T09:00:00.000Z');
  for (const period of ['2026-01', '2026-03', '2026-02', '2026-02'])
    expect(await issue(period)).toMatchObject({ missing: [] });
  const notes = Object.values(await invoices()).filter(({ kind }) => kind === 'self_billed_credit_note');
  expect(notes.map(({ period, totals }) => [period, totals.net_minor])).toEqual([
    ['2026-03', 900n],
    ['2026-02', 100n],
  ]);
  expect((await invoiceStatus(services, parsePeriod('2026-02'))).left_out).toEqual([
    'cr_ada: -3.00 EUR is on no invoice. More is taken back of earlier months than was invoiced of them.',
  ]);
});

test('what is taken back of a month with several invoices is credited on each of them, up to what is left of it', async () => {
  const ada = { ...EUR, creator_id: 'cr_ada' };
  await prepare(
    [
      { ...ada, period: '2026-01', earned: 1_000n },
      // Something of January that was recorded in February.
      { ...ada, period: '2026-02', earned: 2_000n, refundedOf: [['2026-01', -500n]] },
      { ...ada, period: '2026-03', earned: 3_000n, refundedOf: [['2026-01', 1_200n]] },
      { ...ada, period: '2026-04', earned: 3_000n, refundedOf: [['2026-01', 400n]] },
    ],
    { closed: ['2026-01', '2026-02', '2026-03', '2026-04'] },
  );
  base.setTime('2026-05-03T09:00:00.000Z');
  for (const period of ['2026-01', '2026-02', '2026-03', '2026-03', '2026-04']) await issue(period);
  const notes = Object.values(await invoices()).filter(({ kind }) => kind === 'self_billed_credit_note');
  expect(notes.map(({ preceding, totals }) => [preceding[0]?.number, totals.net_minor])).toEqual([
    ['SB-cr_ada-000001', 1_000n],
    ['SB-cr_ada-000002', 200n],
    ['SB-cr_ada-000002', 300n],
  ]);
  expect((await invoiceStatus(services, parsePeriod('2026-04'))).left_out).toEqual([
    'cr_ada: -1.00 EUR is on no invoice. More is taken back of earlier months than was invoiced of them.',
  ]);
  const [first] = await listInvoices(services, { subject: 'cr_ada', period: '2026-01', limit: 1 });
  const { invoice_id = '' } = first ?? {};
  await expect(cancelInvoice(services, { invoice_id, because: 'Wrong address.', by: 'finn' })).rejects.toThrow(
    'SB-cr_ada-000001 cannot be cancelled, because nothing is left of it: SB-cr_ada-000004 has taken it back.',
  );
});

test('a renewed agreement counts from its day on, and the months before keep theirs', async () => {
  await prepare();
  await decide(({ self_billing }) => self_billing?.agreement_versions.push('2026-03'));
  await agree('cr_ada', '2026-03-01', '2026-03');
  await agree('cr_ben', '2026-02-01', 'of another text');
  expect(await issue('2026-01')).toMatchObject({ issued: { self_billed_invoice: 2 } });
  await endAgreement(services, { creator_id: 'cr_ada', ended_on: '2026-03-02' }, 'finn');
  const recorded = (await agreements(services.operational, 'cr_ada')).get('cr_ada') ?? [];
  const months = ['2025-12', '2026-01', '2026-02', '2026-03'];
  expect(months.map((month) => agreementOf(recorded, month)?.agreement_version)).toEqual([
    ...[undefined, '2026-01', '2026-01', undefined],
  ]);
});

test('a refund is credited at the tax and to the party of its invoice, whatever is decided now', async () => {
  await prepare();
  await issue('2026-01');
  await decide(({ self_billing }) => {
    const [treatment] = self_billing?.treatments ?? [];
    Object.assign(treatment ?? {}, { category: 'E', exemption_code: null, exemption_reason: 'Decided later' });
  });
  await recordProfile(services, { creatorId: 'cr_ada', profile: { ...VAT_FORM, name: 'Ada Moved' }, by: 'finn' });
  await issue('2026-02');
  const found = await invoices();
  expect(found['SB-cr_ada-000002']).toMatchObject({ supplier: { name: 'Ada Moved' }, taxes: [{ category: 'E' }] });
  expect(found['SB-cr_ada-000003']).toMatchObject({
    ...{ kind: 'self_billed_credit_note', supplier: { name: VAT_FORM.name } },
    ...{ preceding: [{ number: 'SB-cr_ada-000001' }], taxes: [{ category: 'AE', exemption_code: 'VATEX-EU-AE' }] },
  });
});

test('an invoice is cancelled by a credit note of what is left of it, once, and its month is invoiced anew without what was credited', async () => {
  await prepare();
  for (const period of ['2026-01', '2026-02']) await issue(period);
  const [first] = await listInvoices(services, { subject: 'cr_ada', period: '2026-01', limit: 1 });
  const invoice_id = first?.invoice_id ?? '';
  const cancel = (id = invoice_id) =>
    cancelInvoice(services, { invoice_id: id, because: 'Wrong address.', by: 'finn' });
  await recordProfile(services, { creatorId: 'cr_ada', profile: { ...VAT_FORM, name: 'Ada Right' }, by: 'finn' });
  const dispute = { invoice_id, answer: 'disputed', because: 'The address.', reference: null } as const;
  await recordAnswer(services, dispute, { by: 'ada', isParty: true });
  const disputed = async () => (await invoiceStatus(services, parsePeriod('2026-01'))).disputed_count;
  expect(await disputed()).toBe(1);
  expect(await cancel()).toMatchObject({ credit_note_number: 'SB-cr_ada-000004', cancelled_by: 'finn' });
  expect(await disputed()).toBe(0);
  await expect(cancel()).rejects.toThrow('SB-cr_ada-000001 is cancelled already, by SB-cr_ada-000004.');
  const { credit_note_id } = await services.operational
    .selectFrom('invoice_cancellations')
    .selectAll()
    .executeTakeFirstOrThrow();
  await expect(cancel(credit_note_id)).rejects.toThrow(/is a credit note; cancel the invoice .* SB-cr_ada-000001\.$/);
  await expect(cancel('inv_none')).rejects.toThrow('There is no invoice inv_none.');
  // Twice: what is drawn is not drawn again, also not the credit note of February for January.
  for (const period of ['2026-01', '2026-02', '2026-01', '2026-02']) await issue(period);
  const found = await invoices();
  expect(Object.keys(found).filter((number) => number.startsWith('SB-cr_ada'))).toEqual(
    [1, 2, 3, 4, 5].map((each) => `SB-cr_ada-00000${each}`),
  );
  expect(found['SB-cr_ada-000004']).toMatchObject({
    ...{ kind: 'self_billed_credit_note', supplier: { name: VAT_FORM.name }, totals: { net_minor: 11_500n } },
    ...{ preceding: [{ number: 'SB-cr_ada-000001', issued_on: '2026-03-03' }], period: '2026-01' },
    notes: expect.arrayContaining(['Cancels SB-cr_ada-000001 of 3 March 2026.']),
  });
  expect(found['SB-cr_ada-000005']).toMatchObject({
    ...{ kind: 'self_billed_invoice', supplier: { name: 'Ada Right' }, totals: { net_minor: 11_500n } },
  });
  expect(found['SB-cr_ada-000005']?.lines.at(-1)).toMatchObject({
    ...{ supplied_in: '2026-01', quantity: '-1', price: '5.00', description: 'Credited already by SB-cr_ada-000003' },
  });
  // The new document stands in the place of the old one, and each credit note by itself.
  const documents = await services.operational
    .selectFrom('documents')
    .select(['file_name', 'kind', 'supersedes'])
    .where('subject', '=', 'cr_ada')
    .where('period', '=', '2026-01')
    .where('format', '=', 'pdf')
    .orderBy('entry')
    .execute();
  expect(documents.map(({ kind, supersedes }) => [kind, supersedes])).toEqual([
    ['self_billed_invoice', null],
    ['self_billed_invoice', `${invoice_id}-pdf`],
    ['self_billed_credit_note', null],
  ]);
  // So they can lie in one folder.
  expect(new Set(documents.map(({ file_name }) => file_name)).size).toBe(3);
  expect((await listInvoices(services, { subject: 'cr_ada', limit: 9 })).at(-1)).toMatchObject({
    ...{ number: 'SB-cr_ada-000001', cancelled_by: 'SB-cr_ada-000004' },
  });
});

test('what is taken back of a deleted invoice is on no credit note, and stops no new invoice', async () => {
  await prepare();
  await issue('2026-01');
  base.setTime('2037-01-01T00:00:00.000Z');
  const expired = { ...services, retention: { invoices: 10 } };
  const outcome = await runJob(expired, { job: deleteExpiredRecords, startedBy: 'finn' });
  expect(outcome).toMatchObject({ files: { failed_count: 0 } });
  const said =
    'cr_ada: -5.00 EUR is on no invoice. It is taken back of invoices that were deleted once their term was over: a credit note would have to name their parties.';
  // Twice: what is drawn is not drawn again.
  for (let time = 1; time <= 2; time++)
    expect(await issue('2026-02')).toMatchObject({ missing: [], left_out: expect.arrayContaining([said]) });
  const found = Object.values(await invoices()).filter(({ period }) => period === '2026-02');
  expect(found).toMatchObject([{ kind: 'self_billed_invoice', totals: { net_minor: 2_000n } }]);
});
