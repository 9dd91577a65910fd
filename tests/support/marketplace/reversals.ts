import { disputeClosed, disputeOpened, licenseRefunded } from '../../../ingest/events/sales.ts';
import { minorToDecimal } from '../../../warehouse/money.ts';
import { type Chronicle, DAY, HOUR } from './chronicle.ts';
import type { Random } from './prng.ts';
import type { Sale } from './sales.ts';

const REASONS = ['bought by mistake', 'not what was expected', 'licensed twice', 'fraudulent'];

/** A refund of a sale, without tax. */
export interface Refund {
  readonly refund_id: string;
  readonly sale: Sale;
  readonly amount_minor: bigint;
}

/** A dispute about a whole sale; `open` at the end of the period. */
export interface Dispute {
  readonly dispute_id: string;
  readonly sale: Sale;
  readonly outcome: 'won' | 'lost' | 'open';
}

/** Reverses some of the sales: three per cent by refund, three to six by dispute; no sale has both. */
export function reverseSales(chronicle: Chronicle, sales: readonly Sale[]): { refunds: Refund[]; disputes: Dispute[] } {
  const { random, start_ms, end_ms } = chronicle;
  const inAnyOrder = shuffled(random, sales);
  // Early enough that a dispute is opened and closed within the shortest month.
  const disputed = inAnyOrder.filter(({ at_ms }) => at_ms < start_ms + 15 * DAY).slice(0, random.between(3, 6));
  const disputes = disputed.map((sale, index) => dispute(chronicle, sale, (['lost', 'won'] as const)[index] ?? 'open'));
  const refunded = inAnyOrder
    .filter((sale) => sale.at_ms < end_ms - 8 * DAY && !disputed.includes(sale))
    .slice(0, Math.max(3, Math.round(sales.length * 0.03)));
  const refunds = refunded.flatMap((sale, index) => refund(chronicle, sale, partsOf(random, index)));
  return { refunds, disputes };
}

function shuffled<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((item) => ({ item, place: random.unit() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

/** In turn a full refund, a partial refund, two partial refunds: in basis points of the sale. */
function partsOf(random: Random, index: number): bigint[] {
  const part = () => BigInt(random.between(700, 4900));
  return index % 3 === 0 ? [10000n] : index % 3 === 1 ? [part()] : [part(), part()];
}

function refund(chronicle: Chronicle, sale: Sale, parts: readonly bigint[]): Refund[] {
  const { random } = chronicle;
  const { sale_id, developer, charge_id_stripe } = sale;
  const { currency } = sale.terms;
  let at_ms = sale.at_ms;
  return parts.map((part_bps) => {
    at_ms += random.between(HOUR, 4 * DAY);
    const amount_minor = (sale.amount_minor * part_bps) / 10000n;
    const tax_minor = (sale.tax_minor * part_bps) / 10000n;
    const refund_id = chronicle.id('ref');
    const refund_id_stripe = chronicle.id('re');
    chronicle.happenAtStripe({
      kind: 'stripe',
      at_ms,
      act: 'refund',
      given: {
        id: refund_id_stripe,
        charge: charge_id_stripe,
        amount_minor: amount_minor + tax_minor,
        created_at_ms: at_ms,
      },
    });
    chronicle.record(
      licenseRefunded,
      { occurred_at_ms: at_ms },
      {
        refund_id,
        sale_id,
        developer_id: developer.developer_id,
        amount: minorToDecimal(amount_minor, currency),
        tax_amount: minorToDecimal(tax_minor, currency),
        currency,
        refund_id_stripe,
        ...(random.chance(0.7) ? { reason: random.pick(REASONS) } : {}),
      },
    );
    return { refund_id, sale, amount_minor };
  });
}

function dispute(chronicle: Chronicle, sale: Sale, outcome: Dispute['outcome']): Dispute {
  const { random } = chronicle;
  const { sale_id, amount_minor, tax_minor, charge_id_stripe } = sale;
  const { developer_id } = sale.developer;
  const { currency } = sale.terms;
  const dispute_id = chronicle.id('dis');
  const dispute_id_stripe = chronicle.id('dp');
  const opened_at_ms = sale.at_ms + random.between(DAY, 5 * DAY);
  chronicle.happenAtStripe({
    kind: 'stripe',
    at_ms: opened_at_ms,
    act: 'dispute',
    given: {
      id: dispute_id_stripe,
      charge: charge_id_stripe,
      amount_minor: amount_minor + tax_minor,
      created_at_ms: opened_at_ms,
      status: 'needs_response',
    },
  });
  chronicle.record(
    disputeOpened,
    { occurred_at_ms: opened_at_ms },
    {
      dispute_id,
      sale_id,
      developer_id,
      amount: minorToDecimal(amount_minor, currency),
      tax_amount: minorToDecimal(tax_minor, currency),
      currency,
      dispute_id_stripe,
      reason: random.pick(REASONS),
    },
  );
  if (outcome === 'open') return { dispute_id, sale, outcome };

  const at_ms = opened_at_ms + random.between(2 * DAY, 6 * DAY);
  const given = { id: dispute_id_stripe, won: outcome === 'won', at_ms };
  chronicle.happenAtStripe({ kind: 'stripe', at_ms, act: 'closeDispute', given });
  chronicle.record(
    disputeClosed,
    { occurred_at_ms: at_ms },
    { dispute_id, sale_id, developer_id, dispute_outcome: outcome },
  );
  return { dispute_id, sale, outcome };
}
