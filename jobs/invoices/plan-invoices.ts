import type { InvoiceDraft } from '../../reports/invoice/draft.ts';
import type { Party } from '../../reports/invoice/invoice.ts';
import {
  companiesOf,
  type InvoiceFile,
  invoiceFileOf,
  sellerIn,
  type TaxTreatment,
  treatmentOf,
} from '../../reports/invoice/invoice-file.ts';
import { type ReportedUsage, type RoyaltyLine, readRoyalties, readUsage } from '../../reports/invoice/read.ts';
import {
  composeSelfBilling,
  divideRoyalties,
  type SelfBillingParts,
  selfBilledCreditId,
  selfBilledId,
} from '../../reports/invoice/self-billing.ts';
import { composeUsage, faultsOfUsage, usageInvoiceId } from '../../reports/invoice/usage.ts';
import { placeOf } from '../../reports/other-payers.ts';
import { InvariantBroken } from '../../warehouse/errors.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import { payersOfMonth } from '../tax/payers.ts';
import { type Agreement, agreementOf, agreements } from './agreements.ts';
import { cancelledCounts } from './cancellations.ts';
import { settle } from './credits.ts';
import { creditedOfCancelled } from './invoices-by-month.ts';
import { businessCreators, businessDevelopers, type KnownParty } from './parties.ts';

export type Stores = Pick<Services, 'operational' | 'warehouse' | 'clock' | 'taxKeys'>;

/** A party of which everything is known that its invoices need. */
export interface Ready {
  readonly outcome: 'ready';
  readonly subject: string;
  readonly currency: string;
  readonly known: KnownParty;
  readonly prefix: string;
  /** Of the invoices that it gets: none if all amounts are left out. */
  readonly invoice_ids: readonly string[];
  /** Amounts that are on no invoice, a sentence each. */
  readonly left_out: readonly string[];
  readonly compose: (party: Party) => InvoiceDraft[];
}

/** A party that is not invoiced, and why. `broken` if the books are at fault. */
export interface NotReady {
  readonly outcome: 'missing' | 'private' | 'broken';
  readonly subject: string;
  readonly currency: string;
  readonly because: string;
}

export type Planned = Ready | NotReady;

/**
 * Who is invoiced for a closed month, and what is missing for whom. Opens no tax profile. Throws `Conflict` while the month is open.
 */
export async function* planInvoices(
  stores: Stores,
  { period, file }: { readonly period: Period; readonly file: InvoiceFile },
): AsyncGenerator<Planned> {
  const companies = companiesOf(file);
  if (companies.some(({ self_billing }) => self_billing)) yield* planSelfBilling(stores, { period, file });
  if (companies.some(({ usage }) => usage)) yield* planUsage(stores, { period, file });
}

interface Planning {
  readonly period: Period;
  readonly file: InvoiceFile;
}

async function* planSelfBilling(stores: Stores, options: Planning): AsyncGenerator<Planned> {
  const { period } = options;
  const businesses = await businessCreators(stores);
  const agreed = await agreements(stores.operational);
  const cancelled = await cancelledCounts(stores.operational, period);
  const payerOf = await payersOfMonth(stores, period);
  for await (const lines of readRoyalties(stores.warehouse, period)) {
    const planned = await planCreator(stores, { ...options, lines, businesses, agreed, cancelled, payerOf });
    if (planned) yield planned;
  }
}

interface Creator extends Planning {
  readonly lines: readonly RoyaltyLine[];
  readonly businesses: ReadonlyMap<string, KnownParty>;
  readonly agreed: ReadonlyMap<string, readonly Agreement[]>;
  readonly cancelled: Awaited<ReturnType<typeof cancelledCounts>>;
  readonly payerOf: (creatorId: string) => string;
}

async function planCreator(stores: Stores, creator: Creator): Promise<Planned | undefined> {
  const { lines, period, businesses, agreed } = creator;
  const { creator_id: subject = '', currency = '' } = lines[0] ?? {};
  const not = (outcome: NotReady['outcome'], because: string): NotReady => ({ outcome, subject, currency, because });
  const payer = creator.payerOf(subject);
  const file = invoiceFileOf(creator.file, payer);
  if (file && !file.self_billing) return undefined;
  const [known, recorded = []] = [businesses.get(subject), agreed.get(subject)];
  const agreement = agreementOf(recorded, period);
  if (!known && recorded.length === 0)
    return not('private', 'It has neither a VAT form nor a billing profile: it has a statement, and no invoice.');
  const settings = file?.self_billing;
  if (!file || !settings) {
    return not('missing', `Its payer is ${payer}, which the invoice file does not have; add it to other_payers.`);
  }
  if (!agreement) {
    return not(
      'missing',
      `No agreement to self-billing is in force on the last day of ${period}; record it with tantieme invoices agree.`,
    );
  }
  const { agreement_version: version } = agreement;
  if (!settings.agreement_versions.includes(version)) {
    return not(
      'missing',
      `It has agreed to version ${version}, which is not among the agreement_versions of the invoice file.`,
    );
  }
  if (!known)
    return not('missing', 'Its name, address and VAT id are missing; record a VAT form or a billing profile.');
  const treatment = treatmentOf(settings.treatments, known);
  if (!treatment) return not('missing', untreated(file, 'self_billing', known));
  try {
    const divided = divideRoyalties(lines, period);
    const settled = await settle(stores, { divided, recorded, period });
    if ('because' in settled) return not('missing', settled.because);
    const { invoiced, credits, left_out } = settled;
    if (invoiced.length + credits.length + left_out.length === 0) return undefined;
    const cancelledCount = creator.cancelled({ kind: 'self_billed_invoice', subject, currency });
    const of = { creator_id: subject, currency, period };
    const reduced = cancelledCount === 0 ? [] : await creditedOfCancelled(stores.operational, of);
    const parts = { divided: { ...divided, invoiced }, credits, cancelledCount, reduced };
    return {
      ...{ outcome: 'ready', subject, currency, known, prefix: settings.number_prefix, left_out },
      invoice_ids: idsOfSelfBilling(parts, period),
      compose: (party) =>
        composeSelfBilling({ ...parts, period, party, language: known.language, file, settings, treatment }),
    };
  } catch (error) {
    if (error instanceof InvariantBroken) return not('broken', error.message);
    throw error;
  }
}

function idsOfSelfBilling(
  { divided, credits, cancelledCount }: Pick<SelfBillingParts, 'divided' | 'credits'> & { cancelledCount: number },
  period: string,
): string[] {
  const { invoiced, creator_id, currency } = divided;
  const key = { period, creator_id, currency };
  return [
    ...(invoiced.length === 0 ? [] : [selfBilledId(key, cancelledCount)]),
    ...credits.map((credit) => selfBilledCreditId(key, credit)),
  ];
}

function untreated(
  { payer_id }: InvoiceFile,
  kind: 'self_billing' | 'usage',
  { country, hasVatId }: KnownParty,
): string {
  return `No tax is decided for ${country} ${hasVatId ? 'with' : 'without'} a VAT id; add it to ${placeOf(payer_id)}${kind}.treatments of the invoice file.`;
}

/** The selling company of a developer is that of the country in its billing profile. */
async function* planUsage(stores: Stores, options: Planning): AsyncGenerator<Planned> {
  const { period } = options;
  const businesses = await businessDevelopers(stores);
  const cancelled = await cancelledCounts(stores.operational, period);
  for (const reported of await readUsage(stores.warehouse, period)) {
    const { developer_id: subject = '', currency = '' } = reported[0] ?? {};
    const not = (because: string): NotReady => ({ outcome: 'missing', subject, currency, because });
    const known = businesses.get(subject);
    const file = known && sellerIn(options.file, known.country);
    const settings = file?.usage;
    const treatment = known && settings && treatmentOf(settings.treatments, known);
    const faults = faultsOfUsage(reported);
    if (faults.length > 0) yield not(`${faults.join('; ')}.`);
    else if (!known) yield not('Its name, address and VAT id are missing; record a billing profile.');
    else if (!settings)
      yield not(`No company sells to ${known.country}; add it to sells_to of the invoice file, or add usage to it.`);
    else if (!treatment) yield not(untreated(file, 'usage', known));
    else {
      const cancelledCount = cancelled({ kind: 'invoice', subject, currency });
      yield readyUsage(reported, { period, file, settings, known, treatment, cancelledCount });
    }
  }
}

function readyUsage(
  reported: readonly ReportedUsage[],
  options: {
    period: Period;
    file: InvoiceFile;
    settings: NonNullable<InvoiceFile['usage']>;
    known: KnownParty;
    treatment: TaxTreatment;
    cancelledCount: number;
  },
): Ready {
  const { known, settings, cancelledCount } = options;
  const { developer_id: subject = '', currency = '' } = reported[0] ?? {};
  return {
    ...{ outcome: 'ready', subject, currency, known, prefix: settings.number_prefix, left_out: [] },
    invoice_ids: reported.map((each) => usageInvoiceId(options.period, each, cancelledCount)).slice(0, 1),
    compose: (party) => [composeUsage({ ...options, reported, party, language: known.language })],
  };
}
