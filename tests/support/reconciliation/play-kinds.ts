import type { BalanceType, PayingBalance } from '../stripe/acts/act.ts';
import type { Acts } from '../stripe/acts.ts';
import { ms, sale, takenBack } from './base-payments.ts';
import {
  chargeFailed,
  decided,
  disputeChanged,
  disputed,
  paid,
  payoutReversed,
  refunded,
  refundFailed,
} from './events.ts';
import { ALL_BALANCES, KINDS } from './kinds.ts';
import type { Plant } from './plant.ts';

const AT = '2026-02-22T12:00:00.000Z';
const LATER = '2026-02-24T12:00:00.000Z';
const created_at_ms = ms(AT);
const at_ms = ms(LATER);

/** One balance transaction to play: its ways are the sources that it may have. */
interface Played {
  readonly id: string;
  readonly type: string;
  readonly balance: BalanceType;
  readonly sign: 1 | -1;
}

type Play = (plant: Plant, played: Played) => void;

/** A sale of 10 EUR with its charge. */
function sold({ stripe, report }: Plant, id: string, more: Partial<Parameters<Acts['charge']>[0]> = {}): string {
  report(sale(stripe, { id, amount: '10.00', at: AT }, more));
  return `ch_${id}`;
}

/** How the kinds come about that belong to an object; the others are balance transactions by themselves. */
const PLAYS: Readonly<Record<string, Play>> = {
  charge: (plant, { id, type }) => void sold(plant, id, { row_type: type as 'charge' }),
  charge_failure: (plant, { id }) => failed(plant, id, 'charge_failure'),
  payment_reversal(plant, { id }) {
    failed(plant, id, 'payment_reversal');
    const charge = sold(plant, `${id}_stands`, { amount_minor: 25_00 });
    plant.stripe.movement(takenBack(charge, LATER));
    plant.edit('license_purchased', ['sale_id', `${id}_stands`], { amount: '25.00' });
    plant.report(chargeFailed({ sale: `${id}_stands`, at: LATER }));
  },
  partial_capture_reversal(plant, { id, type }) {
    for (const source of ['charge', 'refund'] as const) {
      const authorised = { amount_minor: 25_00, state: 'uncaptured' } as const;
      const charge = sold(plant, `${id}_${source}`, authorised);
      const row_type = type as 'refund';
      plant.stripe.captureCharge({ id: charge, amount_minor: 10_00, at_ms: created_at_ms, source, row_type });
    }
  },
  refund: (plant, { id, type, balance }) => void refund(plant, id, { row_type: type as 'refund', balance }),
  refund_failure(plant, { id, type, balance }) {
    for (const end of ['failRefund', 'cancelRefund'] as const) {
      for (const source of ['refund', 'charge', 'none'] as const) {
        const about = refund(plant, `${id}_${end}_${source}`, { balance });
        plant.stripe[end]({ id: about.id, at_ms, source, row_type: type as 'adjustment' });
        plant.report(refundFailed({ ...about, at: LATER }));
      }
    }
  },
  dispute(plant, { id, type, balance }) {
    const row_type = type as 'adjustment';
    const about = dispute(plant, id, { row_type, balance });
    plant.stripe.closeDispute({ id: about.id, won: true, at_ms });
    plant.stripe.reopenDispute({ id: about.id, at_ms });
    plant.report(decided({ ...about, at: LATER }, 'won'), disputeChanged({ ...about, at: LATER }, 'reopened'));
    dispute(plant, `${id}_prevented`, { row_type, balance, status: 'prevented', is_withdrawn: true });
  },
  dispute_reversal(plant, { id, balance }) {
    const about = dispute(plant, id, { balance });
    plant.stripe.closeDispute({ id: about.id, won: true, at_ms });
    plant.report(decided({ ...about, at: LATER }, 'won'));
  },
  transfer: (plant, { id, type }) => void payout(plant, id, type),
  transfer_reversal(plant, { id, type }) {
    for (const source of ['reversal', 'transfer'] as const) {
      const sent = payout(plant, `${id}_${source}`);
      const transfer = String(sent.row.transfer_id_stripe);
      const back = { id: `trr_${id}_${source}`, amount: '0.40', at: LATER };
      const reversal = {
        transfer,
        amount_minor: 40,
        created_at_ms: at_ms,
        source,
        row_type: type as 'transfer_refund',
      };
      plant.stripe.reverseTransfer({ id: back.id, ...reversal });
      plant.report(payoutReversed(sent, back));
    }
  },
  payout: ({ stripe }, played) => void bankPayout(stripe, played),
  payout_reversal({ stripe }, { type, ...played }) {
    const { id } = bankPayout(stripe, { ...played, sign: played.sign === 1 ? -1 : 1 });
    stripe.endPayout({ id, status: type === 'payout_failure' ? 'failed' : 'canceled', at_ms });
  },
  topup: ({ stripe }, played) => void topup(stripe, played),
  topup_reversal: ({ stripe }, played) => stripe.endTopup({ id: topup(stripe, played).id, status: 'reversed', at_ms }),
};

function failed(plant: Plant, id: string, category: 'charge_failure' | 'payment_reversal'): void {
  for (const source of ['charge', 'refund', 'none'] as const) {
    const name = `${id}_${source}`;
    const charge = sold(plant, name, { state: 'pending' });
    plant.stripe.failCharge({ id: charge, at_ms, source, category });
    plant.report(chargeFailed({ sale: name, at: LATER }));
  }
}

interface About {
  readonly id: string;
  readonly sale: string;
}

function refund(
  plant: Plant,
  name: string,
  { balance, ...more }: { row_type?: 'refund'; balance: BalanceType },
): About {
  const charge = sold(plant, name);
  const balance_type = balance as PayingBalance;
  const about = { id: `re_${name}`, sale: name };
  plant.stripe.refund({ id: about.id, charge, amount_minor: 4_00, created_at_ms, balance_type, ...more });
  plant.report(refunded({ ...about, amount: '4.00', at: AT }));
  return about;
}

function dispute(
  plant: Plant,
  name: string,
  { balance, ...more }: { balance: BalanceType } & Partial<Parameters<Acts['dispute']>[0]>,
): About {
  const charge = sold(plant, name);
  const about = { id: `dp_${name}`, sale: name };
  const of = { charge, amount_minor: 10_00, created_at_ms, balance_type: balance as PayingBalance };
  plant.stripe.dispute({ id: about.id, ...of, status: 'needs_response', ...more });
  plant.report(disputed({ ...about, amount: '10.00', at: AT }));
  return about;
}

/** A payout of a period before the books. */
function payout(plant: Plant, id: string, type?: string): ReturnType<typeof paid> {
  const transfer = plant.transfer(AT, { amount: '100', currency: 'eur', destination: 'acct_old' }, type);
  const of = { creator: 'cr_old', period: '2025-11', amount: '1.00', currency: 'EUR', transfer, at: AT };
  const sent = paid({ id: `po_${id}`, ...of });
  plant.report(sent);
  return sent;
}

function topup(stripe: Acts, { id, balance }: Pick<Played, 'id' | 'balance'>): { readonly id: string } {
  const made = { id: `tu_${id}`, amount_minor: 500_00, currency: 'eur' };
  stripe.topup({ ...made, created_at_ms, balance_type: balance });
  return made;
}

/** To the bank if its amount is negative, otherwise from the bank. */
function bankPayout(stripe: Acts, { id, balance, sign }: Omit<Played, 'type'>): { readonly id: string } {
  const made = { id: `po_bank_${id}`, amount_minor: 3_00, currency: 'eur', is_bank_debit: sign === 1 };
  stripe.payout({ ...made, created_at_ms, automatic: true, balance_type: balance });
  return made;
}

/** A balance transaction by itself, once without a source and once with one. */
function byItself({ stripe }: Plant, category: string, { id, type, balance, sign }: Played): void {
  for (const source of [undefined, `obj_${id}`]) {
    stripe.movement({
      id: `txn_${id}_${source === undefined ? 'bare' : 'of'}`,
      reporting_category: category,
      type,
      balance_type: balance,
      amount_minor: sign * 1_00,
      currency: 'eur',
      created_at_ms,
      ...(source !== undefined && { source }),
    });
  }
}

/** Makes every kind in February, as correct as it can be: reported where a service reports it, and in both ways where Stripe documents none. */
export function playKinds(plant: Plant): void {
  for (const balance of ALL_BALANCES) topup(plant.stripe, { id: `funds_${balance}`, balance });
  for (const { category, types, balances, signs } of KINDS) {
    for (const type of types) {
      for (const balance of balances) {
        for (const sign of signs) {
          const id = [category, type, balance, sign === '+' ? 'in' : 'out'].join('_');
          const played: Played = { id, type, balance, sign: sign === '+' ? 1 : -1 };
          const play = PLAYS[category];
          if (play) play(plant, played);
          else byItself(plant, category, played);
        }
      }
    }
  }
}
