import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordBillingProfile } from '../../../jobs/invoices/billing-profiles.ts';
import { cancelInvoice } from '../../../jobs/invoices/cancellations.ts';
import { invoiceStatus } from '../../../jobs/invoices/invoice-status.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { assignPayer } from '../../../jobs/tax/assign-payer.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { EXAMPLE, type Example } from '../../reports/invoice/example.ts';
import { EXAMPLE as TAX_FILE } from '../../reports/tax/example.ts';
import {
  decide,
  EUR,
  folder,
  invoices,
  issue,
  prepare,
  reportUsage,
  services,
  useInvoiceStore,
} from './invoice-store.ts';

useInvoiceStore();

const IRELAND = {
  ...EXAMPLE.issuer,
  name: 'Example Ireland Ltd.',
  address: { street: '1 Quay', city: 'Dublin', region: null, postal_code: 'D01 X2P4', country: 'IE' },
  vat_id: 'IE6388047V',
};
const IRISH_SETTINGS = {
  payer: { ...TAX_FILE.payer, name: IRELAND.name, address: { ...TAX_FILE.payer.address, country: 'IE' } },
  year_basis: TAX_FILE.year_basis,
};
const withIreland = (file: Example) =>
  Object.assign(file, { other_payers: { ireland: { issuer: IRELAND, self_billing: file.self_billing } } });

const MONTHS = [
  { ...EUR, period: '2026-11', creator_id: 'cr_ada', earned: 10_000n },
  { ...EUR, period: '2026-12', creator_id: 'cr_ada', earned: 2_000n, refundedOf: [['2026-11', 500n]] as const },
  { ...EUR, period: '2026-12', creator_id: 'cr_ben', earned: 700n },
];

/** ada is paid from Ireland from 2027 on, so also what December 2026 credits. */
async function prepareYears(): Promise<void> {
  const taxFile = join(folder.path, 'tax.json');
  await writeFile(taxFile, JSON.stringify({ ...TAX_FILE, other_payers: { ireland: IRISH_SETTINGS } }));
  const request = { payer: 'ireland', year: '2027', creators: ['cr_ada'] };
  await assignPayer({ ...services, taxFile }, request, 'Fay');
  await runJob(services, { job: loadEvents, startedBy: 'Fay' });
  await prepare(MONTHS, { closed: ['2026-11', '2026-12'] });
}

test('an invoice names the payer of the creator in its year, a credit note that of its invoice, and the sequence goes on', async () => {
  await decide(withIreland);
  await prepareYears();
  await issue('2026-11');
  await issue('2026-12');
  const drawn = Object.entries(await invoices()).map(([number, { kind, customer, totals }]) => [
    number,
    kind,
    customer.party_id,
    customer.name,
    totals.net_minor,
  ]);
  expect(drawn).toEqual([
    ['SB-cr_ada-000001', 'self_billed_invoice', 'platform', EXAMPLE.issuer.name, 10_000n],
    ['SB-cr_ada-000002', 'self_billed_invoice', 'platform:ireland', IRELAND.name, 2_000n],
    ['SB-cr_ada-000003', 'self_billed_credit_note', 'platform', EXAMPLE.issuer.name, 500n],
    ['SB-cr_ben-000001', 'self_billed_invoice', 'platform', EXAMPLE.issuer.name, 700n],
  ]);
});

test('a creator whose payer the invoice file does not have is named and not invoiced; all others are', async () => {
  await prepareYears();
  const because = 'Its payer is ireland, which the invoice file does not have; add it to other_payers.';
  const status = await invoiceStatus(services, parsePeriod('2026-12'));
  expect(status.missing).toEqual([{ subject: 'cr_ada', currency: 'EUR', because }]);
  expect(await issue('2026-12')).toMatchObject({ missing: [{ subject: 'cr_ada', because }] });
  expect(Object.keys(await invoices())).toEqual(['SB-cr_ben-000001']);

  await decide((file) => Object.assign(file, { other_payers: { ireland: { issuer: IRELAND } } }));
  expect(await issue('2026-12')).toMatchObject({ missing_count: 0, private_count: 0 });
  expect(Object.keys(await invoices())).toEqual(['SB-cr_ben-000001']);
});

const IRISH_ACCOUNT = { number: 'IE29AIBK93115212345678', holder: IRELAND.name, bic: null };

/** Ireland sells to France and is paid there, the issuer of the file to all others. */
const sellingFromIreland = (file: Example) => {
  const [domestic] = file.usage?.treatments ?? [];
  const treatment = { ...domestic, countries: ['FR'], ...REVERSE_CHARGE };
  const usage = { ...file.usage, sells_to: ['FR', 'BR'], number_prefix: 'IE-', treatments: [treatment] };
  return Object.assign(file, { other_payers: { ireland: { issuer: IRELAND, account: IRISH_ACCOUNT, usage } } });
};
const REVERSE_CHARGE = {
  ...{ category: 'AE', percent: '0', exemption_code: 'VATEX-EU-AE', exemption_reason: 'Reverse charge' },
} as const;

const DEVELOPERS = {
  dev_fr: { country: 'FR', vat_id: 'FR40303265045' },
  dev_de: { country: 'DE', vat_id: 'DE811569869' },
  dev_br: { country: 'BR', vat_id: null },
};

async function prepareUsage(): Promise<void> {
  await prepare([], { closed: ['2026-01'] });
  for (const [party_id, { country, vat_id }] of Object.entries(DEVELOPERS)) {
    await reportUsage(`inv_${party_id}`, {
      amount: '100',
      tax_amount: country === 'DE' ? '19' : '0',
      developer_id: party_id,
    });
    const business = { ...EXAMPLE.issuer, vat_id, address: { ...EXAMPLE.issuer.address, country } };
    await recordBillingProfile(services, { party_kind: 'developer', party_id, business }, 'Fay');
  }
}

test('a developer is invoiced by the company that sells to its country, in the sequence and to the account of that company', async () => {
  await decide(sellingFromIreland);
  await prepareUsage();
  const because =
    'No tax is decided for BR without a VAT id; add it to other_payers.ireland.usage.treatments of the invoice file.';
  expect(await issue('2026-01')).toMatchObject({ missing: [{ subject: 'dev_br', because }] });
  expect(await sold()).toEqual([
    ['INV-000001', 'platform', 'dev_de', EXAMPLE.account?.number],
    ['IE-000001', 'platform:ireland', 'dev_fr', IRISH_ACCOUNT.number],
  ]);
});

test('what was invoiced stays with the company that sold it, and so does its credit note; only what is drawn anew has another one', async () => {
  await decide(sellingFromIreland);
  await prepareUsage();
  await issue('2026-01');
  await decide(({ usage }) =>
    usage?.treatments.push({ ...usage.treatments[0], countries: ['FR'], ...REVERSE_CHARGE } as never),
  );
  await issue('2026-01');
  expect((await sold()).map(([number]) => number)).toEqual(['INV-000001', 'IE-000001']);

  const { invoice_id = '' } = (await invoices())['IE-000001'] ?? {};
  await cancelInvoice(services, { invoice_id, because: 'Sold from Germany.', by: 'Fay' });
  await issue('2026-01');
  expect((await sold()).slice(2)).toEqual([
    ['IE-000002', 'platform:ireland', 'dev_fr', undefined],
    ['INV-000002', 'platform', 'dev_fr', EXAMPLE.account?.number],
  ]);
});

test('a company that has another name in the file draws no number under the prefix of the name before, which has drawn it', async () => {
  await decide(sellingFromIreland);
  await prepareUsage();
  await issue('2026-01');
  const { invoice_id = '' } = (await invoices())['IE-000001'] ?? {};
  await cancelInvoice(services, { invoice_id, because: 'The address was wrong.', by: 'Fay' });
  const renamed = (number_prefix: string) => (file: Example) => {
    const { ireland } = sellingFromIreland(file).other_payers;
    Object.assign(file, { other_payers: { dublin: { ...ireland, usage: { ...ireland.usage, number_prefix } } } });
  };
  await decide(renamed('IE-'));
  const because = expect.stringMatching(
    /^IE- is the number_prefix of platform:ireland, .*; give usage of platform:dublin/,
  );
  const { missing } = (await issue('2026-01')) as { missing: object[] };
  expect(missing).toContainEqual({ subject: 'dev_fr', currency: 'EUR', because });
  await decide(renamed('I-'));
  await issue('2026-01');
  expect((await sold()).map(([number, supplier]) => [number, supplier]).slice(2)).toEqual([
    ['IE-000002', 'platform:ireland'],
    ['I-000001', 'platform:dublin'],
  ]);
});

test('a developer to whose country no company sells is named', async () => {
  await decide((file) => {
    sellingFromIreland(file);
    Reflect.deleteProperty(file, 'usage');
  });
  await prepareUsage();
  const because = 'No company sells to DE; add it to sells_to of the invoice file, or add usage to it.';
  const { missing } = await invoiceStatus(services, parsePeriod('2026-01'));
  expect(missing).toContainEqual({ subject: 'dev_de', currency: 'EUR', because });
});

async function sold() {
  return Object.values(await invoices()).map(({ number, supplier, customer, account }) => [
    number,
    supplier.party_id,
    customer.party_id,
    account?.number,
  ]);
}
