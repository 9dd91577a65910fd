import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { recordAgreement } from '../../../jobs/invoices/agreements.ts';
import { recordBillingProfile } from '../../../jobs/invoices/billing-profiles.ts';
import { issueInvoices } from '../../../jobs/invoices/issue-invoices.ts';
import type { Services } from '../../../jobs/job.ts';
import { runJob } from '../../../jobs/run-job.ts';
import { recordProfile } from '../../../jobs/tax/record-profile.ts';
import { type Invoice, invoiceFromPlain } from '../../../reports/invoice/invoice.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { EXAMPLE, type Example } from '../../reports/invoice/example.ts';
import { type Month, writeLedger } from '../../reports/tax/ledger-year.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { openTaxStore, type TaxStore } from '../tax/tax-store.ts';

/** Stores with months of a ledger, an invoice file, and creators that are businesses. */

export let base: TaxStore;
export let folder: TemporaryFolder;
export let services: Services;

/** Opens the stores for the tests of a file; each test has them new. */
export function useInvoiceStore(): void {
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
}

export const EUR = { currency: 'EUR' } as const;
export const MONTHS: readonly Month[] = [
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

export async function decide(change: (example: Example) => void = () => undefined): Promise<void> {
  const example = structuredClone(EXAMPLE);
  change(example);
  await writeFile(join(folder.path, 'invoices.json'), JSON.stringify(example));
}

export const VAT_FORM = {
  form: 'vat',
  name: 'Studio Ada SARL',
  address: { street: '12 rue de la Paix', city: 'Lyon', postal_code: '69001', country: 'FR' },
  country: 'FR',
  vat_id: 'FR40303265045',
} as const;

export const SMALL = {
  ...EXAMPLE.issuer,
  ...{ name: 'Ben Beispiel', vat_id: null, tax_number: '12/345/67890', registration_id: null, email: null },
};

/** ada has a VAT form and an agreement, ben a billing profile and an agreement; cleo has a profile alone, dan nothing. */
export async function prepare(
  months: readonly Month[] = MONTHS,
  { closed = ['2026-01', '2026-02'], agreed_on = '2026-01-05' } = {},
): Promise<void> {
  await writeLedger(services.warehouse, months, closed);
  await recordProfile(services, { creatorId: 'cr_ada', profile: VAT_FORM, by: 'finn' });
  await recordBillingProfile(services, { party_kind: 'creator', party_id: 'cr_ben', business: SMALL }, 'finn');
  await recordBillingProfile(services, { party_kind: 'creator', party_id: 'cr_cleo', business: SMALL }, 'finn');
  for (const creator_id of ['cr_ada', 'cr_ben']) await agree(creator_id, agreed_on);
}

export const agree = (creator_id: string, agreed_on: string, agreement_version = '2026-01') =>
  recordAgreement(services, { creator_id, agreed_on, agreement_version, text_hash: 'a'.repeat(64) }, 'finn');

export async function reportUsage(
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

export const issue = (period: string, changed: Partial<Services> = {}) =>
  runJob({ ...services, ...changed }, { job: issueInvoices, period: parsePeriod(period), startedBy: 'finn' });

export async function invoices(): Promise<Record<string, Invoice>> {
  const rows = await services.operational
    .selectFrom('invoices')
    .select(['number', 'content'])
    .orderBy('entry')
    .execute();
  return Object.fromEntries(rows.map(({ number, content }) => [number, invoiceFromPlain(JSON.parse(content))]));
}

export const hashes = () =>
  services.operational.selectFrom('documents').select(['document_id', 'hash']).orderBy('document_id').execute();

export const openings = () => services.operational.selectFrom('tax_openings').selectAll().execute();
