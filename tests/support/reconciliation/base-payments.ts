import { stripeAmountOf } from '../../../ingest/stripe/amounts.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { decimalToMinor } from '../../../warehouse/money.ts';
import type { Acts } from '../stripe/acts.ts';
import { chargeFailed, invoiced, type Reported, refunded, refundFailed, type Sale, sold, voided } from './events.ts';

/** What buyers pay and get back, every kind that is correct, as acts at Stripe and the events that report them. */

/** The sales `sale_0`, `sale_1` … of 40 EUR with the charges `ch_sale_0` …; the first three have a refund of 15 EUR. */
export const PLAIN_SALES = 20;

export const ms = (at: string): number => Date.parse(at);

/** A decimal in Stripe's units. */
export function minorAtStripe(amount: string, currency = 'EUR'): number {
  return requirePresent(stripeAmountOf(decimalToMinor(amount, currency), currency), `${amount} ${currency} at Stripe.`);
}

/** A sale and its charge of the same amount and instant; the charge may say more. */
export function sale(stripe: Acts, given: Sale, more: Partial<Parameters<Acts['charge']>[0]> = {}): Reported {
  const { id, amount, currency = 'EUR', at, charge = `ch_${id}` } = given;
  const amount_minor = minorAtStripe(amount, currency);
  const id_stripe = requirePresent(charge, 'A charge has an id.');
  stripe.charge({ id: id_stripe, amount_minor, currency: currency.toLowerCase(), created_at_ms: ms(at), ...more });
  return sold(given);
}

export function januaryPayments(stripe: Acts): Reported[] {
  return [
    ...plainSales(stripe),
    ...cart(stripe),
    ...captures(stripe),
    ...otherCurrencies(stripe),
    ...debits(stripe),
    ...refunds(stripe),
    ...mistakes(stripe),
    ...monthEnd(stripe),
  ];
}

/** A sale of each creator who is paid in EUR, and more of one of them, some with a refund. */
function plainSales(stripe: Acts): Reported[] {
  const at = '2026-01-04T12:00:00.000Z';
  const of = ['ben', 'cai', 'dee', 'eve', 'fay', 'gil', 'hal', 'ida', 'joe'];
  const each = of.map((name) => sale(stripe, { id: `sale_${name}`, amount: '50.00', at, of: name }));
  const more = Array.from({ length: PLAIN_SALES }, (_, index) =>
    sale(stripe, { id: `sale_${index}`, amount: '40.00', at }),
  );
  const back = ['re_stands', 're_stands_too', 're_stands_bare'].map((id, index) => {
    const sold = `sale_${index}`;
    const given = { charge: `ch_${sold}`, amount_minor: 15_00, created_at_ms: ms('2026-01-16T12:00:00.000Z') };
    stripe.refund({ id, ...given });
    return refunded({ id, sale: sold, amount: '15.00', at: '2026-01-16T12:00:00.000Z' });
  });
  return [...each, ...more, ...back];
}

/** Many sales of one charge, two of them free, and a refund of two of them. */
function cart(stripe: Acts): Reported[] {
  const [at, later] = ['2026-01-05T12:00:00.000Z', '2026-01-08T12:00:00.000Z'];
  const shared = { at, charge: 'ch_cart' };
  stripe.charge({ id: 'ch_cart', amount_minor: 178_50, currency: 'eur', created_at_ms: ms(at) });
  stripe.refund({ id: 're_span', charge: 'ch_cart', amount_minor: 30_00, created_at_ms: ms(later) });
  return [
    sold({ id: 'sale_cart_a', amount: '100.00', tax: '19.00', of: 'ada', ...shared }),
    sold({ id: 'sale_cart_b', amount: '50.00', tax: '9.50', of: 'ben', ...shared }),
    sold({ id: 'sale_cart_gift', amount: '0', of: 'ben', ...shared }),
    sold({ id: 'sale_free', amount: '0.00', at, charge: null }),
    refunded({ id: 'ref_a', sale: 'sale_cart_a', stripe: 're_span', amount: '20', at: later }),
    refunded({ id: 'ref_b', sale: 'sale_cart_b', stripe: 're_span', amount: '10', at: later }),
  ];
}

/** Captured in part, in each form that Stripe's records may have; captured for more; authorised only; expired; declined. */
function captures(stripe: Acts): Reported[] {
  const at = '2026-01-06T12:00:00.000Z';
  const authorised = { amount_minor: 50_00, currency: 'eur', created_at_ms: ms(at), state: 'uncaptured' } as const;
  const captured = { at_ms: ms('2026-01-07T12:00:00.000Z') };
  for (const id of ['ch_part', 'ch_part_refund', 'ch_part_fx', 'ch_over', 'ch_over_fx', 'ch_held', 'ch_expired']) {
    stripe.charge({ id, ...authorised, ...(id.endsWith('_fx') && { currency: 'usd' }) });
  }
  stripe.captureCharge({ id: 'ch_part', amount_minor: 30_00, ...captured });
  stripe.captureCharge({
    id: 'ch_part_refund',
    amount_minor: 20_00,
    source: 'refund',
    refund_id: 're_part',
    ...captured,
  });
  stripe.captureCharge({ id: 'ch_part_fx', amount_minor: 30_00, settled: eur(27_60), ...captured });
  const more = { amount_minor: 60_00, is_overcapture: true, ...captured };
  stripe.captureCharge({ id: 'ch_over', ...more });
  stripe.captureCharge({ id: 'ch_over_fx', ...more, settled: eur(55_20) });
  stripe.expireCharge({ id: 'ch_expired', refund_id: 're_expired', ...captured });
  stripe.charge({ ...authorised, id: 'ch_declined', state: 'failed' });
  return [
    sold({ id: 'sale_part', amount: '30.00', at, charge: 'ch_part' }),
    sold({ id: 'sale_part_refund', amount: '20.00', at, charge: 'ch_part_refund' }),
    sold({ id: 'sale_part_fx', amount: '30.00', currency: 'USD', at, of: 'usa', charge: 'ch_part_fx' }),
    sold({ id: 'sale_over', amount: '60.00', at, charge: 'ch_over' }),
    sold({ id: 'sale_over_fx', amount: '60.00', currency: 'USD', at, of: 'usa', charge: 'ch_over_fx' }),
  ];
}

/** Settled in another currency with a refund at another rate; shown to the buyer in a third; of no, two and three decimals. */
function otherCurrencies(stripe: Acts): Reported[] {
  const at = '2026-01-09T12:00:00.000Z';
  const usd = { currency: 'USD', of: 'usa', at };
  const fx = sale(stripe, { id: 'sale_fx', amount: '100.00', charge: 'py_fx', ...usd }, { settled: eur(92_31) });
  const refund = { id: 'pyr_fx', charge: 'py_fx', amount_minor: 40_00, settled: eur(37_05) };
  const back = { sale: 'sale_fx', currency: 'USD', at: '2026-01-12T12:00:00.000Z' };
  stripe.refund({ ...refund, created_at_ms: ms(back.at), row_type: 'payment_refund' });
  const fails = { id: 're_fx_fails', charge: 'py_fx', amount_minor: 10_00, settled: eur(9_26) };
  stripe.refund({ ...fails, created_at_ms: ms(back.at) });
  const debit = { settled: eur(46_15), state: 'pending' } as const;
  return [
    fx,
    refunded({ id: 'ref_fx', stripe: 'pyr_fx', amount: '40', ...back }),
    refunded({ id: 're_fx_fails', amount: '10', ...back }),
    sale(stripe, { id: 'sale_fx_late', amount: '50.00', charge: 'py_fx_late', ...usd }, debit),
    sale(stripe, { id: 'sale_usd', amount: '80.00', ...usd }),
    sale(stripe, { id: 'sale_shown', amount: '10.00', at }, { presented: { currency: 'sek', amount_minor: 115_00 } }),
    sale(stripe, { id: 'sale_kwd', amount: '100.010', currency: 'KWD', of: 'kuw', at }),
    sale(stripe, { id: 'sale_kwd_more', amount: '50.000', currency: 'KWD', of: 'kuw', at }),
    sale(stripe, { id: 'sale_jpy', amount: '5000', currency: 'JPY', of: 'jin', at }),
    sale(stripe, { id: 'sale_ugx', amount: '3000', currency: 'UGX', of: 'jin', at }, { settled: eur(72) }),
  ];
}

function eur(amount_minor: number): { currency: string; amount_minor: number } {
  return { currency: 'eur', amount_minor };
}

/**
 * Bank debits: one that fails while it is pending, one a month after it succeeded, one that the bank takes back then, two that stand. Usage
 * is invoiced by one. Two are not reported: they are pending, or failed before they had succeeded.
 */
function debits(stripe: Acts): Reported[] {
  const at = '2026-01-10T12:00:00.000Z';
  const pending = { state: 'pending' } as const;
  const reported = ['early', 'late', 'stands', 'stands_too', 'taken_back'].map((id) =>
    sale(stripe, { id: `sale_debit_${id}`, amount: '25.00', at, charge: `py_${id}` }, pending),
  );
  stripe.failCharge({ id: 'py_early', at_ms: ms('2026-01-14T12:00:00.000Z') });
  stripe.succeedCharge({ id: 'py_late', at_ms: ms('2026-01-15T12:00:00.000Z') });
  for (const id of ['stands', 'stands_too', 'taken_back'])
    stripe.succeedCharge({ id: `py_${id}`, at_ms: ms('2026-01-15T12:00:00.000Z') });
  const given = { amount_minor: 12_35, currency: 'usd', created_at_ms: ms(at), ...pending };
  for (const id of ['py_invoice', 'py_pending', 'py_failed']) stripe.charge({ id, ...given });
  stripe.failCharge({ id: 'py_failed', at_ms: ms('2026-01-14T12:00:00.000Z') });
  return [
    ...reported,
    chargeFailed({ sale: 'sale_debit_early', at: '2026-01-14T12:00:00.000Z' }),
    invoiced({ id: 'inv_1', amount: '12.35', currency: 'USD', at, charge: 'py_invoice' }),
  ];
}

/** The bank of the buyer takes back a debit of 25 EUR that stays succeeded at Stripe. */
export function takenBack(charge: string, at: string): Parameters<Acts['movement']>[0] {
  const kind = { reporting_category: 'payment_reversal', type: 'payment_reversal' };
  return {
    id: `txn_back_${charge}`,
    ...kind,
    source: charge,
    amount_minor: -25_00,
    currency: 'eur',
    created_at_ms: ms(at),
  };
}

/**
 * Refunds that fail or are canceled later, of which the failure has the refund, its charge or nothing as its source; that wait for funds;
 * that another balance pays; or that are made at Stripe in January and reported in February.
 */
function refunds(stripe: Acts): Reported[] {
  const [at, later] = ['2026-01-11T12:00:00.000Z', '2026-01-16T12:00:00.000Z'];
  return ['fails', 'fails_bare', 'fails_charge', 'canceled', 'waits', 'late', 'prefunded'].flatMap((name) => {
    const id = `sale_refund_${name}`;
    const charge = `ch_${id}`;
    const waits = name === 'waits' && ({ status: 'pending', pending_reason: 'insufficient_funds' } as const);
    const prefunded = name === 'prefunded' && ({ balance_type: 'refund_and_dispute_prefunding' } as const);
    const made = sale(stripe, { id, amount: '40.00', at });
    stripe.refund({ id: `re_${name}`, charge, amount_minor: 15_00, created_at_ms: ms(later), ...waits, ...prefunded });
    return name === 'late' ? [made] : [made, refunded({ id: `re_${name}`, sale: id, amount: '15.00', at: later })];
  });
}

/** Reported by mistake and made void: what Stripe never had, and what had the wrong amount and is reported again. */
function mistakes(stripe: Acts): Reported[] {
  const [at, later] = ['2026-01-12T12:00:00.000Z', '2026-01-18T12:00:00.000Z'];
  return [
    sold({ id: 'sale_never', amount: '70.00', at }),
    voided('sale', 'sale_never', later),
    sold({ id: 'sale_never_late', amount: '71.00', at }),
    sale(stripe, { id: 'sale_right', amount: '90.00', at, charge: 'ch_right' }),
    sold({ id: 'sale_wrong', amount: '99.00', at, charge: 'ch_right' }),
    voided('sale', 'sale_wrong', later),
  ];
}

/** Charged in January, and reported after its closing. */
const LATE_SALE = { id: 'sale_late', amount: '21.00', at: '2026-01-20T12:00:00.000Z' };

/** A sale in the last second of January, and its charge two seconds later; and the charge of a sale that is reported late. */
function monthEnd(stripe: Acts): Reported[] {
  stripe.charge({ id: 'ch_sale_late', amount_minor: 21_00, currency: 'eur', created_at_ms: ms(LATE_SALE.at) });
  const given = { id: 'sale_last_second', amount: '33.00', at: '2026-01-31T23:59:59.000Z' };
  return [sale(stripe, given, { created_at_ms: ms('2026-02-01T00:00:01.000Z') })];
}

export function februaryPayments(stripe: Acts): Reported[] {
  const at = '2026-02-04T12:00:00.000Z';
  stripe.failCharge({ id: 'py_late', at_ms: ms(at), source: 'refund', refund_id: 'pyr_late' });
  stripe.failRefund({ id: 're_fails', at_ms: ms(at), row_type: 'adjustment' });
  stripe.failRefund({ id: 're_fails_bare', at_ms: ms(at), source: 'none' });
  stripe.failRefund({ id: 're_fails_charge', at_ms: ms(at), source: 'charge', row_type: 'payment_refund' });
  stripe.cancelRefund({ id: 're_canceled', at_ms: ms(at) });
  stripe.failRefund({ id: 're_fx_fails', at_ms: ms(at), settled: eur(9_41) });
  stripe.failCharge({ id: 'py_fx_late', at_ms: ms(at), settled: eur(45_50) });
  stripe.changeRefund({ id: 're_waits', status: 'succeeded', at_ms: ms(at) });
  stripe.movement(takenBack('py_taken_back', at));
  return [
    chargeFailed({ sale: 'sale_debit_late', at }),
    chargeFailed({ sale: 'sale_debit_taken_back', at }),
    chargeFailed({ sale: 'sale_fx_late', at }),
    refundFailed({ id: 're_fx_fails', sale: 'sale_fx', at }),
    ...['fails', 'fails_bare', 'fails_charge', 'canceled'].map((name) =>
      refundFailed({ id: `re_${name}`, sale: `sale_refund_${name}`, at }),
    ),
    refunded({ id: 're_late', sale: 'sale_refund_late', amount: '15.00', at: '2026-01-16T12:00:00.000Z' }),
    voided('sale', 'sale_never_late', at),
    sold(LATE_SALE),
    sale(stripe, { id: 'sale_february', amount: '12.00', at }),
  ];
}
