import { assetUsed, usageInvoiced } from '../../../ingest/events/usage.ts';
import { decimalOf, minorToDecimal } from '../../../warehouse/money.ts';
import { type Chronicle, DAY, MINUTE } from './chronicle.ts';
import type { Market } from './market.ts';
import { type Developer, taxOn } from './people.ts';
import type { Random } from './prng.ts';
import { NANOS_PER_MINOR, type Terms } from './terms.ts';

const NANOS = 10n ** 9n;
/** The minimum charge. */
const LEAST_CHARGE_MINOR = 50n;

export interface Use {
  readonly developer: Developer;
  readonly terms: Terms;
  readonly worth_nanos: bigint;
  /** It happened before the period in which it is sent. */
  readonly late: boolean;
}

/** A developer's metered use in one currency, as charged at Stripe. */
export interface Invoice {
  readonly developer: Developer;
  readonly currency: string;
  readonly amount_minor: bigint;
  readonly tax_minor: bigint;
}

/** Uses assets; one in two hundred uses, two at least, happened in the three days before the period. */
export function useAssets(chronicle: Chronicle, market: Market, count: number): Use[] {
  const { random, start_ms } = chronicle;
  const lateCount = Math.max(2, Math.round(count * 0.005));
  return Array.from({ length: count }, (_, index) => {
    const late = index < lateCount;
    const at_ms = chronicle.instant();
    const occurred_at_ms = late ? random.between(start_ms - 3 * DAY, start_ms - 1) : at_ms;
    const { asset, terms } = market.offer('metered', occurred_at_ms);
    const developer = market.developer(random);
    const units = inventUnits(random);
    chronicle.record(
      assetUsed,
      { occurred_at_ms, at_ms },
      {
        use_id: chronicle.id('use'),
        asset_id: asset.asset_id,
        developer_id: developer.developer_id,
        units: decimalOf(units),
        usage_right: random.pick(asset.usage_rights),
      },
    );
    return { developer, terms, worth_nanos: (2n * units * terms.rate_nanos + NANOS) / (2n * NANOS), late };
  });
}

/** A number of units, in 10⁻⁹: mostly whole, some with one or three decimal places. */
function inventUnits(random: Random): bigint {
  const places = random.pick([0, 0, 0, 0, 0, 0, 0, 0, 1, 3]);
  return BigInt(Math.round(random.logBetween(1, 1500) * 10 ** places)) * 10n ** BigInt(9 - places);
}

/** Charges each developer's uses in the last minutes of the period, unless they are below the minimum charge. */
export function invoiceUses(chronicle: Chronicle, uses: readonly Use[]): Invoice[] {
  const sums = new Map<string, { developer: Developer; currency: string; worth_nanos: bigint }>();
  for (const { developer, terms, worth_nanos } of uses) {
    const { currency } = terms;
    const key = `${developer.developer_id} ${currency}`;
    const before = sums.get(key)?.worth_nanos ?? 0n;
    sums.set(key, { developer, currency, worth_nanos: before + worth_nanos });
  }
  const invoices = [...sums.values()].map(({ developer, currency, worth_nanos }) => {
    const amount_minor = (2n * worth_nanos + NANOS_PER_MINOR) / (2n * NANOS_PER_MINOR);
    return { developer, currency, amount_minor, tax_minor: taxOn(amount_minor, developer) };
  });
  const charged = invoices.filter(({ amount_minor }) => amount_minor >= LEAST_CHARGE_MINOR);
  for (const invoice of charged) charge(chronicle, invoice);
  return charged;
}

function charge(chronicle: Chronicle, { developer, currency, amount_minor, tax_minor }: Invoice): void {
  const { period: usage_period, end_ms, random } = chronicle;
  const at_ms = random.between(end_ms - 5 * MINUTE, end_ms - MINUTE);
  const invoice_id = chronicle.id('inv');
  const charge_id_stripe = chronicle.id('ch');
  chronicle.happenAtStripe({
    kind: 'stripe',
    at_ms,
    act: 'charge',
    given: {
      id: charge_id_stripe,
      amount_minor: amount_minor + tax_minor,
      currency: currency.toLowerCase(),
      created_at_ms: at_ms,
      metadata: { invoice_id },
    },
  });
  chronicle.record(
    usageInvoiced,
    { occurred_at_ms: at_ms },
    {
      invoice_id,
      developer_id: developer.developer_id,
      usage_period,
      amount: minorToDecimal(amount_minor, currency),
      tax_amount: minorToDecimal(tax_minor, currency),
      currency,
      charge_id_stripe,
    },
  );
}
