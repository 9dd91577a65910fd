import {
  licensePurchased,
  subscriptionCancelled,
  subscriptionRenewed,
  subscriptionStarted,
} from '../../../ingest/events/sales.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { type Asset, termsInForce } from './assets.ts';
import { type Chronicle, DAY, MINUTE } from './chronicle.ts';
import type { Market } from './market.ts';
import { type Developer, taxOn } from './people.ts';
import { NANOS_PER_MINOR, type Terms } from './terms.ts';

/** One payment, as charged at Stripe. */
export interface Sale {
  readonly sale_id: string;
  readonly developer: Developer;
  readonly terms: Terms;
  readonly amount_minor: bigint;
  readonly tax_minor: bigint;
  readonly charge_id_stripe: string;
  readonly at_ms: number;
}

/** Sells licences. */
export function sellLicenses(chronicle: Chronicle, market: Market, count: number): Sale[] {
  return Array.from({ length: count }, () => {
    const at_ms = chronicle.instant();
    const { asset, terms } = market.offer('one_time', at_ms);
    const { sale, payment } = charge(chronicle, { asset, terms, developer: market.developer(chronicle.random), at_ms });
    const license_id = chronicle.id('lic');
    chronicle.record(licensePurchased, { occurred_at_ms: at_ms }, { license_id, ...payment });
    return sale;
  });
}

/** Sells weekly subscriptions, renewed until the period ends, the asset is withdrawn, or the developer cancels. */
export function sellSubscriptions(chronicle: Chronicle, market: Market, count: number): Sale[] {
  const { random, end_ms } = chronicle;
  return Array.from({ length: count }, () => {
    const started_at_ms = chronicle.instant();
    const { asset } = market.offer('subscription', started_at_ms);
    const developer = market.developer(random);
    const subscription_id = chronicle.id('sub');
    const sales: Sale[] = [];
    let at_ms = started_at_ms;
    while (at_ms < end_ms - 10 * MINUTE) {
      const terms = termsInForce(asset, 'subscription', at_ms);
      if (terms === undefined) break;
      const { sale, payment } = charge(chronicle, { asset, terms, developer, at_ms });
      const declaration = sales.length === 0 ? subscriptionStarted : subscriptionRenewed;
      chronicle.record(declaration, { occurred_at_ms: at_ms }, { subscription_id, ...payment });
      sales.push(sale);
      if (random.chance(0.15)) {
        const occurred_at_ms = random.between(at_ms + 1, Math.min(at_ms + 7 * DAY, end_ms) - 1);
        const reason = random.chance(0.5) ? { reason: 'no longer needed' } : {};
        const { developer_id } = developer;
        chronicle.record(subscriptionCancelled, { occurred_at_ms }, { subscription_id, developer_id, ...reason });
        break;
      }
      at_ms += 7 * DAY;
    }
    return sales;
  }).flat();
}

/** Charges the rate of the terms, plus tax. */
function charge(
  chronicle: Chronicle,
  { asset, terms, developer, at_ms }: { asset: Asset; terms: Terms; developer: Developer; at_ms: number },
) {
  const { currency } = terms;
  const amount_minor = terms.rate_nanos / NANOS_PER_MINOR;
  const tax_minor = taxOn(amount_minor, developer);
  const sale_id = chronicle.id('sale');
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
      metadata: { sale_id },
    },
  });
  const sale: Sale = { sale_id, developer, terms, amount_minor, tax_minor, charge_id_stripe, at_ms };
  const payment = {
    sale_id,
    asset_id: asset.asset_id,
    developer_id: developer.developer_id,
    amount: minorToDecimal(amount_minor, currency),
    tax_amount: minorToDecimal(tax_minor, currency),
    currency,
    charge_id_stripe,
    ...(chronicle.random.chance(0.8) ? { buyer_country: developer.country } : {}),
  };
  return { sale, payment };
}
