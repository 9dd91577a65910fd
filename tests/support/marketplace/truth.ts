import { allocate } from './allocate.ts';
import type { Malformed } from './noise.ts';
import type { Dispute, Refund } from './reversals.ts';
import type { Sale } from './sales.ts';
import { NANOS_PER_MINOR, type Terms } from './terms.ts';
import type { Invoice, Use } from './usage.ts';

/** The platform's fee, in basis points of what the buyer paid. */
export const FEE_BPS = 2000n;

/** Everything that happened, as generated. */
interface Happenings {
  readonly sales: readonly Sale[];
  readonly uses: readonly Use[];
  readonly refunds: readonly Refund[];
  readonly disputes: readonly Dispute[];
  readonly invoices: readonly Invoice[];
  readonly malformed: readonly Malformed[];
}

/** The money of one currency, without tax except where it says so; `*_nanos` are 10⁻⁹ of the currency. */
interface CurrencyTruth {
  /** Sales and uses, at the price of the terms. */
  gross_nanos: bigint;
  sales_nanos: bigint;
  uses_nanos: bigint;
  refunds_nanos: bigint;
  /** Reversals by lost disputes; open ones do not count yet. */
  lost_disputes_nanos: bigint;
  /** Gross less refunds and lost disputes. */
  net_nanos: bigint;
  /** The platform's share of the net. */
  fees_nanos: bigint;
  /** The creators' share of the net. */
  royalties_nanos: bigint;
  invoiced_minor: bigint;
  /** Everything that was charged at Stripe, with tax. */
  charged_minor: bigint;
}

/** The expected totals of the period, including earlier uses that were sent in it, without malformed events. */
export interface Truth {
  readonly sent_count: number;
  /** Valid events, each counted once. */
  readonly valid_count: number;
  readonly duplicate_count: number;
  readonly late_use_count: number;
  readonly malformed: readonly Malformed[];
  readonly disputes: readonly Dispute[];
  readonly currencies: Readonly<Record<string, Readonly<CurrencyTruth>>>;
  /** By creator and currency, in 10⁻⁹; creators who earned nothing are missing. */
  readonly royalties: readonly { creator_id: string; currency: string; royalty_nanos: bigint }[];
}

/** Computes the expected royalties from what happened, independent of the events. */
export function computeTruth(happenings: Happenings, counts: { sent_count: number; duplicate_count: number }): Truth {
  const { uses, disputes, malformed } = happenings;
  const reckoning = new Reckoning();
  reckoning.sales(happenings);
  // Uses are shared as one sum by terms and by the month in which they happened.
  for (const ofMonth of Map.groupBy(uses, ({ late }) => late).values()) {
    for (const [terms, ofTerms] of Map.groupBy(ofMonth, (use) => use.terms)) {
      const worth_nanos = ofTerms.reduce((sum, use) => sum + use.worth_nanos, 0n);
      reckoning.currency(terms).uses_nanos += worth_nanos;
      reckoning.share(worth_nanos, terms);
    }
  }
  for (const invoice of happenings.invoices) {
    reckoning.currency(invoice).invoiced_minor += invoice.amount_minor;
    reckoning.currency(invoice).charged_minor += invoice.amount_minor + invoice.tax_minor;
  }
  for (const sums of Object.values(reckoning.currencies)) {
    sums.gross_nanos = sums.sales_nanos + sums.uses_nanos;
    sums.net_nanos = sums.gross_nanos - sums.refunds_nanos - sums.lost_disputes_nanos;
  }
  return {
    ...counts,
    valid_count: counts.sent_count - counts.duplicate_count - malformed.length,
    late_use_count: uses.filter(({ late }) => late).length,
    malformed,
    disputes,
    currencies: reckoning.currencies,
    royalties: reckoning.royalties(),
  };
}

class Reckoning {
  readonly currencies: Record<string, CurrencyTruth> = {};
  readonly #royalties = new Map<string, bigint>();

  currency({ currency }: { readonly currency: string }): CurrencyTruth {
    this.currencies[currency] ??= nothing();
    return this.currencies[currency];
  }

  /**
   * A refund books the difference between the royalties of the revenue before and after it; so does a lost dispute. What
   * remains after all of them are the royalties of what is left.
   */
  sales({ sales, refunds, disputes }: Happenings): void {
    const left_minor = new Map(sales.map((sale) => [sale, sale.amount_minor]));
    const take = (sale: Sale, minor: bigint): bigint => {
      left_minor.set(sale, (left_minor.get(sale) ?? 0n) - minor);
      return minor * NANOS_PER_MINOR;
    };
    for (const { sale, amount_minor } of refunds) {
      this.currency(sale.terms).refunds_nanos += take(sale, amount_minor);
    }
    for (const { sale } of disputes.filter(({ outcome }) => outcome === 'lost')) {
      this.currency(sale.terms).lost_disputes_nanos += take(sale, sale.amount_minor);
    }
    for (const [{ terms, amount_minor, tax_minor }, left] of left_minor) {
      this.currency(terms).sales_nanos += amount_minor * NANOS_PER_MINOR;
      this.currency(terms).charged_minor += amount_minor + tax_minor;
      this.share(left * NANOS_PER_MINOR, terms);
    }
  }

  share(worth_nanos: bigint, terms: Terms): void {
    const fee_nanos = (worth_nanos * FEE_BPS + 5000n) / 10000n;
    const sums = this.currency(terms);
    sums.fees_nanos += fee_nanos;
    sums.royalties_nanos += worth_nanos - fee_nanos;
    const parts = terms.splits.map(({ creator_id, share_bps }) => ({ key: creator_id, weight: BigInt(share_bps) }));
    for (const [creator_id, part] of allocate(worth_nanos - fee_nanos, parts)) {
      const key = `${creator_id} ${terms.currency}`;
      this.#royalties.set(key, (this.#royalties.get(key) ?? 0n) + part);
    }
  }

  royalties(): Truth['royalties'] {
    return [...this.#royalties]
      .filter(([, royalty_nanos]) => royalty_nanos !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, royalty_nanos]) => {
        const [creator_id = '', currency = ''] = key.split(' ');
        return { creator_id, currency, royalty_nanos };
      });
  }
}

function nothing(): CurrencyTruth {
  return {
    gross_nanos: 0n,
    sales_nanos: 0n,
    uses_nanos: 0n,
    refunds_nanos: 0n,
    lost_disputes_nanos: 0n,
    net_nanos: 0n,
    fees_nanos: 0n,
    royalties_nanos: 0n,
    invoiced_minor: 0n,
    charged_minor: 0n,
  };
}
