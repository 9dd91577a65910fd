import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { agreementOf, agreements, endAgreement, recordAgreement } from '../../../jobs/invoices/agreements.ts';
import { recordAnswer } from '../../../jobs/invoices/answers.ts';
import { recordBillingProfile } from '../../../jobs/invoices/billing-profiles.ts';
import { invoiceStatus } from '../../../jobs/invoices/invoice-status.ts';
import { issueInvoices } from '../../../jobs/invoices/issue-invoices.ts';
import { listInvoices } from '../../../jobs/invoices/list-invoices.ts';
import type { Services } from '../../../jobs/job.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { documentRenderer } from '../../../reports/documents/renderer.ts';
import { type Invoice, invoiceFromPlain } from '../../../reports/invoice/invoice.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { EXAMPLE, type Example } from '../../reports/invoice/example.ts';
import { readUbl } from '../../reports/invoice/invoice-text.ts';
import { type Month, writeLedger } from '../../reports/tax/ledger-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { openTaxStore, type TaxStore } from '../tax/tax-store.ts';

let base: TaxStore;
let folder: TemporaryFolder;
let services: Services;

beforeAll(async () => {
  [base, folder] = [await openTaxStore(), await temporaryFolder()];
});
afterAll(async () => {
  await base[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await base.restart();
  base.setTime('2026-03-03T09:00:00.000Z');
  services = { ...base.services, invoiceFile: join(folder.path, 'invoices.json') };
  await decide();
});

const EUR = { currency: 'EUR' } as const;
const MONTHS: readonly Month[] = [
  {
    ...EUR,
    period: '2026-01',
    creator_id: 'cr_ada',
    earned: 12_345n,
    refunded: 345n,
    withheld: 1_000n,
    rule: 'US-foreign',
  },
  { ...EUR, period: '2026-02', creator_id: 'cr_ada', earned: 2_000n, refundedOf: [['2026-01', 500n]], adjusted: 77n },
  { ...EUR, period: '2026-01', creator_id: 'cr_ben', earned: 1_000n },
  { ...EUR, period: '2026-01', creator_id: 'cr_cleo', earned: 5_000n },
  { ...EUR, period: '2026-01', creator_id: 'cr_dan', earned: 999n },
];

async function decide(change: (example: Example) => void = () => undefined): Promise<void> {
  const example = structuredClone(EXAMPLE);
  change(example);
  await writeFile(join(folder.path, 'invoices.json'), JSON.stringify(example));
}

const VAT_FORM = {
  form: 'vat',
  name: 'Studio Ada SARL',
  address: { street: '12 rue de la Paix', city: 'Lyon', postal_code: '69001', country: 'FR' },
  country: 'FR',
  vat_id: 'FR40303265045',
} as const;

const SMALL = {
  ...EXAMPLE.issuer,
  ...{ name: 'Ben Beispiel', vat_id: null, tax_number: '12/345/67890', registration_id: null, email: null },
};

/** ada has a VAT form and an agreement, ben a billing profile and an agreement; cleo has a profile alone, dan nothing. */
async function prepare(
  months: readonly Month[] = MONTHS,
  { closed = ['2026-01', '2026-02'], agreed_on = '2026-01-05' } = {},
): Promise<void> {
  await writeLedger(services.warehouse, months, closed);
  await recordProfile(services, { creatorId: 'cr_ada', profile: VAT_FORM, by: 'finn' });
  await recordBillingProfile(services, { party_kind: 'creator', party_id: 'cr_ben', business: SMALL }, 'finn');
  await recordBillingProfile(services, { party_kind: 'creator', party_id: 'cr_cleo', business: SMALL }, 'finn');
  for (const creator_id of ['cr_ada', 'cr_ben']) await agree(creator_id, agreed_on);
}

const agree = (creator_id: string, agreed_on: string, agreement_version = '2026-01') =>
  recordAgreement(services, { creator_id, agreed_on, agreement_version, text_hash: 'a'.repeat(64) }, 'finn');

const issue = (period: string, changed: Partial<Services> = {}) =>
  runJob({ ...services, ...changed }, { job: issueInvoices, period: parsePeriod(period), startedBy: 'finn' });

async function invoices(): Promise<Record<string, Invoice>> {
  const rows = await services.operational
    .selectFrom('invoices')
    .select(['number', 'content'])
    .orderBy('entry')
    .execute();
  return Object.fromEntries(rows.map(({ number, content }) => [number, invoiceFromPlain(JSON.parse(content))]));
}

const hashes = () =>
  services.operational.selectFrom('documents').select(['document_id', 'hash']).orderBy('document_id').execute();

const openings = () => services.operational.selectFrom('tax_openings').selectAll().execute();

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
  expect(await openings()).toMatchObject([{ purpose: 'exported', because: 'Invoice of 2026-01', opened_by: 'finn' }]);
});

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
  expect(await openings()).toHaveLength(1);
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
  await report('inv_1', { amount: '100.01', tax_amount: '19.00', charge: 'ch_1' });
  await report('inv_2', { amount: '10.00', tax_amount: '1.90' });
  await report('inv_3', { amount: '10.00', tax_amount: '1.90', developer_id: 'dev_y' });
  await report('inv_4', { amount: '10.00', tax_amount: '1.90', at: '2026-02-01 00:00:00' });
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
});

async function report(
  invoice_id: string,
  {
    amount,
    tax_amount,
    charge,
    developer_id = 'dev_x',
    at = '2026-01-31 12:00:00',
  }: { amount: string; tax_amount: string; charge?: string; developer_id?: string; at?: string },
): Promise<void> {
  await services.warehouse.transaction((writer) =>
    writer.query(
      `insert into raw.usage_invoiced by name select $1 as id, $1 as invoice_id, $2 as developer_id, '2026-01' as usage_period, $3 as amount,
       $4 as tax_amount, 'EUR' as currency, $5 as charge_id_stripe, cast($6 as timestamptz) as timestamp, cast($6 as timestamptz) as loaded_at`,
      [invoice_id, developer_id, amount, tax_amount, charge ?? null, at],
    ),
  );
}

test('an invoice is accepted or disputed for a reason, an agreement ends, and nothing of it changes afterwards', async () => {
  await prepare();
  await issue('2026-01');
  const [, ada] = await listInvoices(services, { limit: 5 });
  const invoice_id = ada?.invoice_id ?? '';
  const dispute = { invoice_id, answer: 'disputed', because: null } as const;
  await expect(recordAnswer(services, dispute, 'ada')).rejects.toThrow('is disputed only for a reason');
  await recordAnswer(services, { ...dispute, because: 'The rate is wrong.' }, 'ada');
  expect((await listInvoices(services, { limit: 5, subject: 'cr_ada' }))[0]).toMatchObject({
    ...{ number: 'SB-cr_ada-000001', net: '120.00', answer: 'disputed', because: 'The rate is wrong.' },
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
