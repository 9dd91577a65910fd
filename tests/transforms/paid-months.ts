import { requireExponent } from '../../warehouse/currencies.ts';
import { decimalOf, parseDecimal } from '../../warehouse/money.ts';
import type { ValueRow } from '../../warehouse/warehouse.ts';
import { type Moment, MonthsRecorder } from './months-recorder.ts';

const CURRENCIES = ['USD', 'JPY', 'KWD'];
const DEVELOPERS = ['dev_x', 'dev_y', 'dev_z'];
const STORIES = [
  ...['paid', 'paid', 'partial capture', 'debit failed', 'void', 'refunded', 'refund failed'],
  ...['dispute won', 'dispute lost', 'dispute reversed', 'dispute reopened and lost again'],
] as const;
const RATE = '0.012345678';

export const minorText = (minor: bigint, currency: string): string =>
  decimalOf(minor * 10n ** BigInt(9 - requireExponent(currency)));

interface Sale {
  readonly id: string;
  readonly charge: string;
  readonly currency: string;
  readonly amount: bigint;
  readonly tax: bigint;
  /** The currency of the balance, and how many of its minor units are a thousand of the sale's. */
  readonly settled: { readonly currency: string; readonly perMille: bigint };
}

/**
 * Two months in which everything that is sold or used is paid, and every refund, dispute, payout and reversal of one has been moved by Stripe by the end: in
 * several currencies, partly converted, partly recorded only after January was closed. With the taxes that are owed then, by currency.
 */
export class PaidMonths extends MonthsRecorder {
  readonly taxes = new Map<string, bigint>();

  constructor(seed: number) {
    super(seed);
    for (const currency of CURRENCIES) this.#publish(currency);
    for (let sale = 0; sale < 60; sale++) this.#sell(STORIES[sale % STORIES.length] ?? 'paid');
    for (const developer of DEVELOPERS) for (const month of ['2026-01', '2026-02']) this.#use(developer, month);
    for (let payout = 0; payout < 6; payout++) this.#pay();
    for (let other = 0; other < 3; other++) this.#moveOtherwise();
  }

  #publish(currency: string): void {
    const splits = '[{"creator_id":"cr_ada","share_bps":6000},{"creator_id":"cr_ben","share_bps":4000}]';
    for (const license_type of ['one_time', 'metered']) {
      const ids = { terms_id: `terms_${license_type}_${currency}`, asset_id: `asset_${license_type}_${currency}` };
      const moment = { at: '2026-01-01T00:00:00.000Z', recordedAt: '2026-01-01T00:00:00.000Z' };
      this.report('asset_published', moment, { ...ids, license_type, rate: RATE, currency, splits });
    }
  }

  #sell(story: (typeof STORIES)[number]): void {
    const random = this.random;
    const id = this.id('sale');
    const currency = random.pick(CURRENCIES);
    const amount = BigInt(random.between(10, 90_000));
    const settled = random.chance(0.3)
      ? { currency: random.pick(CURRENCIES.filter((other) => other !== currency)), perMille: 700n }
      : { currency, perMille: 1000n };
    const tax = BigInt(random.between(0, 20)) * (amount / 100n);
    const sale: Sale = { id, charge: `ch_${id}`, currency, amount, tax, settled };
    const sold = this.moment();
    const paid = { sale_id: id, asset_id: `asset_one_time_${currency}`, developer_id: random.pick(DEVELOPERS) };
    this.report('license_purchased', sold, { ...paid, ...amountsOf(sale), charge_id_stripe: sale.charge });
    this.#charge(sale, sold, { uncaptured: story === 'partial capture' ? 7n : 0n, fails: story === 'debit failed' });
    const isVoid = story === 'debit failed' || story === 'void';
    const back = { ...sale, amount: amount / 3n, tax: tax / 3n };
    const lost = story === 'dispute lost' || story === 'dispute reopened and lost again';
    if (story === 'void') this.#void(sale, sold);
    if (story === 'refunded' || story === 'refund failed') this.#refund(back, sold, story === 'refund failed');
    if (story.startsWith('dispute')) this.#dispute(back, sold, story);
    this.#owe(currency, isVoid ? 0n : tax - (lost || story === 'refunded' ? back.tax : 0n));
  }

  #charge(sale: Sale, sold: Moment, { uncaptured, fails }: { uncaptured: bigint; fails: boolean }): void {
    const captured = sale.amount + sale.tax;
    const amounts = { amount_minor: captured + uncaptured, captured_minor: captured, refunded_minor: 0n };
    const state = { status_stripe: fails ? 'failed' : 'succeeded', is_disputed: false, currency: sale.currency };
    const first = this.#move(sale, sold, { category: 'charge', source: sale.charge, minor: captured + uncaptured });
    if (uncaptured > 0n)
      this.#move(sale, sold, {
        category: 'partial_capture_reversal',
        source: sale.charge,
        minor: -uncaptured,
        fee: -1n,
      });
    const ids = { id_stripe: sale.charge, balance_transaction_id_stripe: first };
    this.pull('charges', sold, { ...ids, ...amounts, ...state });
    if (!fails) return;
    const failed = this.after(sold);
    this.#move(sale, failed, { category: 'charge_failure', source: sale.charge, minor: -captured, fee: 0n });
    this.report('charge_failed', failed, { sale_id: sale.id });
  }

  /** Finance voids the sale, and gives the money back at Stripe. */
  #void(sale: Sale, sold: Moment): void {
    const corrected = this.after(sold);
    const ids = { correction_id: this.id('cor'), corrected_kind: 'sale', corrected_id: sale.id };
    this.report('correction_approved', corrected, { ...ids, correction_reason: 'Sold twice.' });
    this.#refundAtStripe(sale, corrected);
  }

  #refundAtStripe(sale: Sale, moment: Moment): string {
    const id_stripe = this.id('re');
    const minor = sale.amount + sale.tax;
    const moved = this.#move(sale, moment, { category: 'refund', source: id_stripe, minor: -minor, fee: 0n });
    const ids = { id_stripe, charge_id_stripe: sale.charge, balance_transaction_id_stripe: moved };
    this.pull('refunds', moment, { ...ids, amount_minor: minor, currency: sale.currency, status_stripe: 'succeeded' });
    return id_stripe;
  }

  #refund(back: Sale, sold: Moment, fails: boolean): void {
    const refunded = this.after(sold);
    const refund_id_stripe = this.#refundAtStripe(back, refunded);
    const ids = { refund_id: `ref_${back.id}`, sale_id: back.id, refund_id_stripe };
    this.report('license_refunded', refunded, { ...ids, ...amountsOf(back) });
    if (!fails) return;
    const failed = this.after(refunded);
    const minor = back.amount + back.tax;
    this.#move(back, failed, { category: 'refund_failure', source: refund_id_stripe, minor, fee: 0n });
    this.report('refund_failed', failed, { refund_id: ids.refund_id, sale_id: back.id });
  }

  #dispute(back: Sale, sold: Moment, story: string): void {
    const opened = this.after(sold);
    const ids = { dispute_id: `dis_${back.id}`, sale_id: back.id };
    const source = `dp_${back.id}`;
    const minor = back.amount + back.tax;
    const withdraw = (moment: Moment) =>
      this.#move(back, moment, { category: 'dispute', source, minor: -minor, fee: 1500n });
    const returned = (moment: Moment) =>
      this.#move(back, moment, { category: 'dispute_reversal', source, minor, fee: -1500n });
    this.report('dispute_opened', opened, { ...ids, ...amountsOf(back), dispute_id_stripe: source });
    const record = { id_stripe: source, charge_id_stripe: back.charge, amount_minor: minor, currency: back.currency };
    this.pull('disputes', opened, { ...record, status_stripe: 'lost', reason: 'fraudulent' });
    withdraw(opened);
    const closed = this.after(opened);
    const isWon = story === 'dispute won' || story === 'dispute reopened and lost again';
    this.report('dispute_closed', closed, { ...ids, dispute_outcome: isWon ? 'won' : 'lost' });
    if (isWon) returned(closed);
    const later = this.after(closed);
    if (story === 'dispute reversed') {
      returned(later);
      this.report('dispute_reversed', later, ids);
    }
    if (story !== 'dispute reopened and lost again') return;
    // A dispute that was won is lost later: what was reported of it is void, and it is reported under a new id.
    withdraw(later);
    this.report('dispute_opened', later, {
      ...ids,
      ...amountsOf(back),
      dispute_id: `${ids.dispute_id}_2`,
      dispute_id_stripe: source,
    });
    this.report('dispute_closed', later, { ...ids, dispute_id: `${ids.dispute_id}_2`, dispute_outcome: 'lost' });
  }

  /** The metered use of a month, and its invoice, which rounds it to minor units; that of January may be of February. */
  #use(developer_id: string, month: string): void {
    const moment = { at: `${month}-10T00:00:00.000Z`, recordedAt: `${month}-11T00:00:00.000Z` };
    let nanos = 0n;
    for (let use = 0; use < 3; use++) {
      const units = BigInt(this.random.between(100, 900));
      nanos += units * parseDecimal(RATE);
      this.report('asset_used', moment, {
        use_id: this.id('use'),
        asset_id: 'asset_metered_USD',
        developer_id,
        units: `${units}`,
      });
    }
    const invoiced = this.after(moment);
    const [amount, tax] = [nanos / 10n ** 7n + BigInt(this.random.between(0, 1)), BigInt(this.random.between(0, 99))];
    const invoice_id = this.id('inv');
    const settled = { currency: 'USD', perMille: 1000n };
    const invoice: Sale = { id: invoice_id, charge: `ch_${invoice_id}`, currency: 'USD', amount, tax, settled };
    const of = { invoice_id, developer_id, usage_period: month, charge_id_stripe: invoice.charge };
    this.report('usage_invoiced', invoiced, { ...of, ...amountsOf(invoice) });
    this.#charge(invoice, invoiced, { uncaptured: 0n, fails: false });
    this.#owe('USD', tax);
  }

  #pay(): void {
    const currency = this.random.pick(CURRENCIES);
    const minor = BigInt(this.random.between(100, 5000)) * 10n;
    const sent = this.moment();
    const [payout_id, transfer] = [this.id('po'), this.id('tr')];
    const to = { creator_id: 'cr_ada', account_id_stripe: 'acct_ada', transfer_id_stripe: transfer, currency };
    this.report('payout_sent', sent, {
      payout_id,
      payout_period: '2025-12',
      amount: minorText(minor, currency),
      ...to,
    });
    this.transaction(sent, { source: transfer, category: 'transfer', minor: -minor, currency, fee: 0n });
    const parts = this.random.pick([[], [minor], [minor / 2n, minor - minor / 2n]]);
    for (const part of parts) {
      const reversed = this.after(sent);
      const reversal = { payout_id, reversal_id_stripe: this.id('trr'), payout_period: '2025-12' };
      this.report('payout_reversed', reversed, { ...reversal, amount: minorText(part, currency), ...to });
      const moved = { category: 'transfer_reversal', minor: part, currency, fee: 0n };
      this.transaction(reversed, { source: reversal.reversal_id_stripe, ...moved });
    }
  }

  /** What only Stripe has: the platform's bank, fees, reserves, another balance, and what nobody can explain. */
  #moveOtherwise(): void {
    const others: readonly [category: string, minor: bigint, balanceType?: string][] = [
      ['topup', 50_000n],
      ['topup_reversal', -10_000n],
      ['payout', -30_000n],
      ['payout_reversal', 30_000n],
      ['fee', -123n],
      ['tax', -23n],
      ['connect_reserved_funds', -700n],
      ['connect_reserved_funds', 600n],
      ['other_adjustment', 17n],
      ['unheard_of', -19n],
      ['issuing_transaction', -800n, 'issuing'],
      ['refund', -900n, 'refund_and_dispute_prefunding'],
      ['refund_failure', 900n, 'refund_and_dispute_prefunding'],
      ['topup', 5n, 'unheard_of'],
    ];
    const moment = this.moment();
    for (const [category, minor, balanceType] of others)
      this.transaction(moment, { source: null, category, minor, currency: 'USD', fee: 0n, balanceType });
  }

  /** A movement of the money of a sale, in the currency of the balance. Returns its id. */
  #move(
    { settled }: Sale,
    moment: Moment,
    { category, source, minor, fee = 37n }: { category: string; source: string; minor: bigint; fee?: bigint },
  ): string {
    const { currency, perMille } = settled;
    return this.transaction(moment, { source, category, minor: (minor * perMille) / 1000n, currency, fee });
  }

  #owe(currency: string, tax: bigint): void {
    this.taxes.set(currency, (this.taxes.get(currency) ?? 0n) + tax);
  }
}

function amountsOf({ amount, tax, currency }: Sale): ValueRow {
  return { amount: minorText(amount, currency), tax_amount: minorText(tax, currency), currency };
}
