import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { invoiceStatus } from '../../../jobs/invoices/invoice-status.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { assignPayer } from '../../../jobs/tax/assign-payer.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { EXAMPLE, type Example } from '../../reports/invoice/example.ts';
import { EXAMPLE as TAX_FILE } from '../../reports/tax/example.ts';
import { decide, EUR, folder, invoices, issue, prepare, services, useInvoiceStore } from './invoice-store.ts';

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
