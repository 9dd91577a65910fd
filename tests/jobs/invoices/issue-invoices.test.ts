import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agreements, endAgreement } from '../../../jobs/invoices/agreements.ts';
import { recordAnswer } from '../../../jobs/invoices/answers.ts';
import { recordBillingProfile } from '../../../jobs/invoices/billing-profiles.ts';
import { cancelInvoice } from '../../../jobs/invoices/cancellations.ts';
import { invoiceStatus } from '../../../jobs/invoices/invoice-status.ts';
import { listInvoices } from '../../../jobs/invoices/list-invoices.ts';
import type { Services } from '../../../jobs/job.ts';
import { documentRenderer } from '../../../reports/documents/renderer.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { EXAMPLE } from '../../reports/invoice/example.ts';
import { readUbl } from '../../reports/invoice/invoice-text.ts';
import {
  agree,
  base,
  decide,
  folder,
  hashes,
  invoices,
  issue,
  openings,
  prepare,
  reportUsage,
  SMALL,
  services,
  useInvoiceStore,
} from './invoice-store.ts';

useInvoiceStore();

test('a month is invoiced for each business that agreed; who is not is named, with what is missing', async () => {
  await prepare();
  const status = await invoiceStatus(services, parsePeriod('2026-01'));
  expect(status).toMatchObject({
    ...{ is_closed: true, private_count: 1, left_out: [] },
    ready: [{ subject: 'cr_ada' }, { subject: 'cr_ben' }],
    missing: [{ subject: 'cr_cleo', because: expect.stringMatching(/^No agreement to self-billing is in force/) }],
  });
  expect(await openings()).toEqual([]);
  const outcome = await issue('2026-01');
  expect(outcome).toMatchObject({ issued: { self_billed_invoice: 2 }, private_count: 1, missing_count: 1 });
  const { 'SB-cr_ada-000001': ada, 'SB-cr_ben-000001': ben } = await invoices();
  // What was taken back of the same month nets; tax withheld is no part of it.
  expect(ada?.totals).toMatchObject({ net_minor: 12_000n, tax_minor: 0n, due_minor: 12_000n });
  expect(ada?.taxes).toMatchObject([{ category: 'AE', exemption_code: 'VATEX-EU-AE' }]);
  expect(ada?.supplier).toMatchObject({ name: 'Studio Ada SARL', vat_id: 'FR40303265045' });
  expect(ada?.notes).toEqual(['Self-billing', 'Reverse charge']);
  expect(ada).toMatchObject({ issued_on: '2026-03-03', rule_set_on: expect.any(String) });
  expect(ben?.taxes).toMatchObject([{ category: 'E', tax_minor: 0n, exemption_reason: 'Small enterprise' }]);
  const opening = { purpose: 'exported', because: 'Invoice of 2026-01', opened_by: 'finn' };
  expect(await openings()).toMatchObject([
    { ...opening, creator_id: 'cr_ada', form: 'vat' },
    { ...opening, creator_id: 'cr_ben', fields: 'billing_profiles/creator/cr_ben/1' },
  ]);
});

test('a run that breaks off leaves no gap, and the next one gives the same numbers and bytes', async () => {
  await prepare();
  const broken = join(folder.path, 'file');
  await writeFile(broken, 'no folder');
  const renderer = documentRenderer({ threads: 0, documents: { kind: 'folder', folder: broken } });
  await expect(issue('2026-01', { renderer })).rejects.toThrow();
  const drawn = await invoices();
  expect(Object.keys(drawn)).toEqual(['SB-cr_ada-000001', 'SB-cr_ben-000001']);
  expect(await hashes()).toEqual([]);
  base.setTime('2026-03-20T09:00:00.000Z');
  await decide(({ self_billing }) => self_billing?.notes.push('Another note'));
  await issue('2026-01');
  expect(await invoices()).toEqual(drawn);
  const [first] = await hashes();
  const again = await issue('2026-01');
  expect(again).toMatchObject({ issued: { self_billed_invoice: 0 }, invoices: { self_billed_invoice: 2 } });
  expect(await hashes()).toHaveLength(4);
  expect(await openings()).toHaveLength(2);
  const ubl = (await hashes()).filter(({ document_id }) => document_id.endsWith('-xml'));
  const texts = await Promise.all(ubl.map(({ hash }) => services.documents.get(hash)));
  expect(texts.map((bytes) => readUbl(bytes)['BT-1']).sort()).toEqual([['SB-cr_ada-000001'], ['SB-cr_ben-000001']]);
  expect(first?.document_id).toMatch(/-(pdf|xml)$/);
});

test('a fault of one party draws no number and stops no other', async () => {
  await prepare();
  await decide(({ self_billing }) => self_billing?.treatments.splice(0, 1));
  await recordBillingProfile(
    services,
    { party_kind: 'creator', party_id: 'cr_ben', business: { ...SMALL, tax_number: null } },
    'finn',
  );
  await recordBillingProfile(services, { party_kind: 'creator', party_id: 'cr_cleo', business: SMALL }, 'finn');
  await agree('cr_cleo', '2026-01-05', '2025-01');
  expect(await issue('2026-01')).toMatchObject({
    missing: [
      {
        subject: 'cr_ada',
        because: 'No tax is decided for FR with a VAT id; add it to self_billing.treatments of the invoice file.',
      },
      { subject: 'cr_ben', because: 'vat_id of supplier cr_ben: E needs it, or tax_number.' },
      {
        subject: 'cr_cleo',
        because: 'It has agreed to version 2025-01, which is not among the agreement_versions of the invoice file.',
      },
    ],
  });
  expect(await invoices()).toEqual({});
  await decide();
  await agree('cr_cleo', '2026-01-05');
  await issue('2026-01');
  expect(Object.keys(await invoices())).toEqual(['SB-cr_ada-000001', 'SB-cr_cleo-000001']);
});

test('a key that cannot be had fails the run; it is not said to be missing for the creator', async () => {
  await prepare();
  const taxKeys = {
    ...services.taxKeys,
    unwrap: () => Promise.reject(new Unavailable('The key service does not answer; try again.')),
  } as Services['taxKeys'];
  await expect(issue('2026-01', { taxKeys })).rejects.toThrow('The key service does not answer');
});

test('a business is recorded for a party that exists, with a VAT id of its country', async () => {
  await prepare();
  const record = (party_kind: 'creator' | 'developer', party_id: string, vat_id: string | null = null) =>
    recordBillingProfile(services, { party_kind, party_id, business: { ...SMALL, vat_id } }, 'finn');
  await expect(record('creator', 'nobody')).rejects.toThrow('There is no creator nobody.');
  await expect(record('developer', 'nobody')).rejects.toThrow('There is no developer nobody.');
  await expect(record('creator', 'cr_ben', 'ZZ00')).rejects.toThrow(
    'The billing profile of cr_ben cannot be stored: vat_id must begin with DE, for the address is in DE.',
  );
});

test('lines that do not sum to the balance stop this creator alone, and the run fails', async () => {
  await prepare();
  await services.warehouse.transaction((writer) =>
    writer.query(`update ledger.balances set earnings_minor = 1 where creator_id = 'cr_ada' and period = '2026-01'`),
  );
  await expect(issue('2026-01')).rejects.toThrow(
    /1 in 2026-01 could not be invoiced; all others are. cr_ada: The lines of cr_ada/,
  );
  expect(Object.keys(await invoices())).toEqual(['SB-cr_ben-000001']);
});

test('metered use is invoiced to developers by what was reported, with its tax and what was paid', async () => {
  await prepare([], { closed: ['2026-01'] });
  await reportUsage('inv_1', { amount: '100.01', tax_amount: '19.00', charge: 'ch_1' });
  await reportUsage('inv_2', { amount: '10.00', tax_amount: '1.90' });
  await reportUsage('inv_3', { amount: '10.00', tax_amount: '1.90', developer_id: 'dev_y' });
  await reportUsage('inv_4', { amount: '10.00', tax_amount: '1.90', at: '2026-02-01 00:00:00' });
  const developer = { ...EXAMPLE.issuer, name: 'Dev GmbH', vat_id: 'DE811569869' };
  await recordBillingProfile(services, { party_kind: 'developer', party_id: 'dev_x', business: developer }, 'finn');
  expect(await issue('2026-01')).toMatchObject({
    missing: [{ subject: 'dev_y', because: 'Its name, address and VAT id are missing; record a billing profile.' }],
  });
  const { 'INV-000001': invoice, ...others } = await invoices();
  expect(others).toEqual({});
  expect(invoice).toMatchObject({
    ...{ kind: 'invoice', supplier: { party_id: 'platform' }, customer: { name: 'Dev GmbH' } },
    totals: { net_minor: 11_001n, tax_minor: 2_090n, gross_minor: 13_091n, paid_minor: 11_901n, due_minor: 1_190n },
    notes: ['Paid by the charge ch_1.', 'Thank you.'],
    account: { number: 'DE02120300000000202051' },
  });
  // The developer finds what cancels its invoice, and the invoice in its place.
  await cancelInvoice(services, { invoice_id: invoice?.invoice_id ?? '', because: 'Wrong VAT id.', by: 'finn' });
  await issue('2026-01');
  const listed = await listInvoices(services, { onlyOf: { developers: ['dev_x'], creators: [] }, limit: 9 });
  expect(listed.map(({ number, kind, cancelled_by }) => [number, kind, cancelled_by])).toEqual([
    ['INV-000003', 'invoice', null],
    ['INV-000002', 'credit_note', null],
    ['INV-000001', 'invoice', 'INV-000002'],
  ]);
});

test('an invoice is accepted or disputed for a reason, an agreement ends, and nothing of it changes afterwards', async () => {
  await prepare();
  await issue('2026-01');
  const [, ada] = await listInvoices(services, { limit: 5 });
  const invoice_id = ada?.invoice_id ?? '';
  const dispute = { invoice_id, answer: 'disputed', because: null, reference: null } as const;
  const [party, finn] = [
    { by: 'ada', isParty: true },
    { by: 'finn', isParty: false },
  ];
  await expect(recordAnswer(services, dispute, party)).rejects.toThrow('is disputed only for a reason');
  const accepted = { ...dispute, answer: 'accepted', because: 'She wrote.' } as const;
  for (const given of [accepted, { ...accepted, because: ' ', reference: 'letter' }])
    await expect(recordAnswer(services, given, finn)).rejects.toThrow(
      'is up to the other party; to record it for them',
    );
  await recordAnswer(services, { ...accepted, reference: 'Letter of 1 March' }, finn);
  expect((await listInvoices(services, { limit: 5, subject: 'cr_ada' }))[0]).toMatchObject({
    ...{ answer: 'accepted', answered_by: 'finn', reference: 'Letter of 1 March' },
  });
  await recordAnswer(services, { ...dispute, because: 'The rate is wrong.' }, party);
  expect((await listInvoices(services, { limit: 5, subject: 'cr_ada' }))[0]).toMatchObject({
    ...{
      number: 'SB-cr_ada-000001',
      net: '120.00',
      answer: 'disputed',
      because: 'The rate is wrong.',
      reference: null,
    },
  });
  expect(await invoiceStatus(services, parsePeriod('2026-01'))).toMatchObject({ disputed_count: 1 });
  await endAgreement(services, { creator_id: 'cr_ada', ended_on: '2026-02-28' }, 'finn');
  expect((await agreements(services.operational)).get('cr_ada')?.at(-1)).toMatchObject({ ended_on: '2026-02-28' });
  await issue('2026-02');
  expect(Object.keys(await invoices())).toHaveLength(2);
  const { operational } = services;
  await expect(operational.updateTable('invoices').set({ number: '1' }).execute()).rejects.toThrow('only added');
  const [row] = await operational.selectFrom('invoices').selectAll().execute();
  const { entry: _, ...copy } = row ?? ({} as never);
  await expect(
    operational
      .insertInto('invoices')
      .values({ ...copy, invoice_id: 'inv_x', sequence: 3, number: 'x' })
      .execute(),
  ).rejects.toThrow('The invoice before 3 of cr_ada is missing.');
});

test('an invoice is in the language of the billing profile, also beside a VAT form, and its credit note too', async () => {
  await prepare();
  const business = { ...SMALL, language: 'de' };
  await recordBillingProfile(services, { party_kind: 'creator', party_id: 'cr_ada', business }, 'finn');
  await decide(({ self_billing }) =>
    Object.assign(self_billing ?? {}, { in_german: { payment_terms: 'Wird ausgezahlt.', notes: ['Danke.'] } }),
  );
  for (const period of ['2026-01', '2026-02']) await issue(period);
  const found = await invoices();
  expect(found['SB-cr_ada-000001']).toMatchObject({
    ...{ language: 'de', payment_terms: 'Wird ausgezahlt.' },
    ...{ notes: ['Gutschrift', 'Steuerschuldnerschaft des Leistungsempfängers', 'Danke.'] },
  });
  expect(found['SB-cr_ada-000001']?.supplier).not.toHaveProperty('language');
  expect(found['SB-cr_ada-000001']?.lines[0]?.description).toBe('Lizenzvergütung');
  expect(found['SB-cr_ada-000003']).toMatchObject({ kind: 'self_billed_credit_note', language: 'de' });
  expect(found['SB-cr_ben-000001']).toMatchObject({ language: 'en', notes: ['Self-billing'] });
});
