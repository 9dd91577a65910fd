import { decimalOf } from '../../../warehouse/money.ts';
import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import {
  isCurrency,
  minorUnit,
  PAID_BELOW_MINOR,
  RATED_BELOW,
  rated,
  readAmount,
  readDecimal,
  sumOf,
} from './amounts.ts';
import type { Books, Flagged } from './books.ts';
import { compareTexts, FACT_TABLES, type Fact, factKey, inOrderOfRecording, type RawRow } from './facts.ts';
import { termsInForce } from './terms.ts';

type Known = Pick<Books, 'facts' | 'known' | 'voids'>;

/** What is in doubt about the payment of a sale, and whether it waits in suspense for that (rulings 48 to 50). */
interface Doubt {
  readonly reason: ExceptionReason;
  readonly isSuspended: boolean;
}

export function doubtOf(books: Known, sale: Fact): Doubt | undefined {
  if (isVoid(books, sale) || books.voids.get(`doubt ${sale.id}`)?.is) return undefined;
  const { charge_id_stripe: chargeId, currency, license_id: licenseId } = sale.row;
  const charge = chargeId ? chargeAt(books, { chargeId, currency }) : undefined;
  const [price, tax] = paidFor(sale);
  const ofCharge = salesUpTo(books, sale, ({ row }) => row.charge_id_stripe === chargeId && row.currency === currency);
  if (charge && price + tax > 0n) {
    const excess = sumOf(ofCharge.flatMap(paidFor)) - amountOfCharge(charge);
    if (excess >= BigInt(ofCharge.length)) return { reason: 'charge_exceeded', isSuspended: ofCharge.length > 1 };
  }
  const ofLicense = salesUpTo(books, sale, (other) => other.row.license_id === licenseId && paidFor(other)[0] > 0n);
  if (licenseId && price > 0n && ofLicense.length > 1) return { reason: 'license_repeated', isSuspended: true };
  if (charge || price + tax === 0n || !isRead(books, sale.occurredAt)) return undefined;
  return { reason: 'charge_missing', isSuspended: false };
}

/** The sales of earlier periods that were flagged, as far as they still are, and those whose doubt stands again (ruling 50). */
export function flaggedBefore(books: Books): Flagged[] {
  const sales = [...(books.previous?.flagged.values() ?? [])].filter(
    ({ fact, other }) => fact.kind === 'sale' && other === undefined,
  );
  const again = [...books.voids].flatMap(([key, { was, is }]) => {
    const [kind = '', ...id] = key.split(' ');
    const fact = kind === 'doubt' && was && !is ? books.facts.get(factKey('sale', id.join(' '))) : undefined;
    if (!fact || !books.booked.has(factKey('sale', fact.id))) return [];
    return { fact, reason: 'charge_missing', since: books.period } as const;
  });
  return [...sales, ...again].flatMap((flagged) => {
    const doubt = doubtOf(books, flagged.fact);
    return doubt ? { ...flagged, reason: doubt.reason } : [];
  });
}

export function flag(books: Books, flagged: Flagged): void {
  const { fact, reason } = flagged;
  books.flagged.set(`${factKey(fact.kind, fact.id)} ${reason}`, flagged);
}

/** What says what a report of a fact says, besides its time. */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  sale: ['asset_id', 'developer_id', 'currency'],
  use: ['asset_id', 'developer_id', 'usage_right'],
  refund: ['sale_id', 'currency'],
  dispute: ['sale_id', 'currency'],
  outcome: ['dispute_outcome'],
  payout: ['creator_id', 'payout_period', 'currency', 'account_id_stripe', 'transfer_id_stripe'],
  payout_reversal: ['payout_id', 'creator_id', 'payout_period', 'currency', 'account_id_stripe', 'transfer_id_stripe'],
};

/** Terms that do not count from their own time, and were recorded since the closing before (ruling 57). */
export function backdatedTerms({ terms, period, recordedFrom }: Books): Flagged[] {
  const recorded = terms.filter(({ isBackdated, row }) => isBackdated && row.loaded_at >= recordedFrom);
  return recorded.map(({ id, row }) => ({
    fact: {
      ...{ kind: 'terms', id, occurredAt: row.timestamp, recordedAt: row.loaded_at },
      ...{ earned: row.timestamp.slice(0, 7), licenseType: '', row },
    },
    reason: 'terms_backdated',
    since: period,
  }));
}

/** The facts of which a report with other content was recorded since the closing before, with the first such report (ruling 52). */
export function differingReports(books: Books): Flagged[] {
  const { known, facts, period, recordedFrom } = books;
  const found = new Map<string, Flagged>();
  for (const { table, row } of inOrderOfRecording(known.filter((event) => event.row.loaded_at >= recordedFrom))) {
    const { kind, id: column, licenseType = '' } = FACT_TABLES[table] ?? { kind: 'correction' as const, id: '' };
    const fact = facts.get(factKey(kind, row[column] ?? ''));
    if (!fact || kind === 'correction' || found.has(factKey(kind, fact.id))) continue;
    const contentOf = (report: RawRow, type: string): string =>
      JSON.stringify([
        type,
        kind === 'outcome' ? '' : `${readDecimal(kind === 'use' ? report.units : report.amount)}`,
        ...(CONTENT[kind] ?? []).map((name) => report[name] ?? null),
      ]);
    if (contentOf(row, licenseType) === contentOf(fact.row, fact.licenseType)) continue;
    const [first, other] = kind === 'use' ? [ratedReport(books, fact.row), ratedReport(books, row)] : [fact.row, row];
    found.set(factKey(kind, fact.id), {
      fact: { ...fact, row: first },
      reason: 'reports_differ',
      since: period,
      other,
    });
  }
  return [...found.values()];
}

/** The report of a use with what terms give for it; without an amount if they give none. */
function ratedReport({ terms: all }: Pick<Books, 'terms'>, row: RawRow): RawRow {
  const terms = termsInForce(all, { assetId: row.asset_id, licenseType: 'metered', at: row.timestamp });
  const [units, rate] = [readAmount(row.units), terms?.rate].map((each) =>
    each !== undefined && each < RATED_BELOW ? each : undefined,
  );
  const amount = units === undefined || rate === undefined ? undefined : rated(units, rate);
  return { ...row, amount: amount === undefined ? null : decimalOf(amount), currency: terms?.currency ?? null };
}

/** The sales like a sale that were recorded before it, and itself: facts are in the order of recording. */
function salesUpTo(books: Known, sale: Fact, isAlike: (other: Fact) => boolean): Fact[] {
  const sales = [...books.facts.values()].filter((fact) => fact.kind === 'sale' && !isVoid(books, fact));
  return sales.slice(0, sales.findIndex(({ id }) => id === sale.id) + 1).filter(isAlike);
}

const isVoid = ({ voids }: Known, { kind, id }: Fact): boolean => voids.get(factKey(kind, id))?.is === true;

/** The price and tax of a sale in minor units; zero for what cannot be paid. */
function paidFor({ row }: Fact): [bigint, bigint] {
  const { currency } = row;
  if (!isCurrency(currency)) return [0n, 0n];
  const unit = minorUnit(currency);
  const [price, tax] = [row.amount, row.tax_amount]
    .map((text) => readAmount(text) ?? 0n)
    .map((amount) => (amount < PAID_BELOW_MINOR * unit ? amount : 0n)) as [bigint, bigint];
  return [price % unit === 0n ? price / unit : 0n, tax / unit];
}

function chargeAt(
  { known }: Known,
  wanted: { chargeId: string; currency: string | null | undefined },
): RawRow | undefined {
  const latest = known
    .filter(({ table, row }) => table === 'stripe.charges' && row.id_stripe === wanted.chargeId)
    .sort((a, b) => compareTexts(a.row.loaded_at, b.row.loaded_at))
    .at(-1)?.row;
  return latest && latest.status_stripe !== 'failed' && latest.currency === wanted.currency ? latest : undefined;
}

function amountOfCharge({ captured_minor, amount_minor }: RawRow): bigint {
  const captured = BigInt(captured_minor ?? 0);
  return captured > 0n ? captured : BigInt(amount_minor ?? 0);
}

/** Whether Stripe's records have been read until after a day. */
export function isRead({ known }: Pick<Books, 'known'>, occurredAt: string): boolean {
  const readings = known.filter(({ table }) => table === 'stripe.charge_coverage');
  return readings.some(({ row }) => dayOf(row.covered_until_at) > dayOf(occurredAt));
}

const dayOf = (instant: string | null | undefined): number => Math.floor(Date.parse(instant ?? '') / 86_400_000);
