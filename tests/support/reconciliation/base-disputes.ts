import type { Acts } from '../stripe/acts.ts';
import { ms, sale } from './base-payments.ts';
import { decided, disputeChanged, disputed, type Reported, sold } from './events.ts';

/** Disputes of every kind that is correct: what moves no money, and what is lost, won, won on appeal or opened again. */

const OPENED = '2026-01-13T12:00:00.000Z';
const DECIDED = '2026-01-25T12:00:00.000Z';
const FEBRUARY = '2026-02-10T12:00:00.000Z';

interface Disputed {
  readonly name: string;
  readonly id: string;
}
const open = { created_at_ms: ms(OPENED), status: 'needs_response' } as const;

/** A sale of 20 EUR, disputed in full and reported; the balance for disputes pays one of them. */
function disputedSale(stripe: Acts, { name, id }: Disputed): Reported[] {
  const about = { id, sale: `sale_${name}`, at: OPENED, amount: '20.00' };
  const sold = sale(stripe, { id: about.sale, amount: '20.00', at: '2026-01-03T12:00:00.000Z' });
  const prefunded = name === 'prefunded' && ({ balance_type: 'refund_and_dispute_prefunding' } as const);
  stripe.dispute({ id, charge: `ch_sale_${name}`, amount_minor: 20_00, ...open, ...prefunded });
  return [sold, disputed(about)];
}

export function januaryDisputes(stripe: Acts): Reported[] {
  const events = [
    { name: 'lost', id: 'dp_lost' },
    { name: 'won', id: 'du_won' },
    { name: 'again', id: 'pdp_again' },
    { name: 'appeal', id: 'dp_appeal' },
    { name: 'open', id: 'dp_open' },
    { name: 'prefunded', id: 'dp_prefunded' },
  ].flatMap((each) => disputedSale(stripe, each));
  stripe.closeDispute({ id: 'dp_lost', won: false, at_ms: ms(DECIDED) });
  stripe.closeDispute({ id: 'pdp_again', won: true, at_ms: ms(DECIDED) });
  stripe.closeDispute({ id: 'dp_appeal', won: false, at_ms: ms(DECIDED) });
  return [
    ...events,
    decided({ id: 'dp_lost', sale: 'sale_lost', at: DECIDED }, 'lost'),
    decided({ id: 'pdp_again', sale: 'sale_again', at: DECIDED }, 'won'),
    decided({ id: 'dp_appeal', sale: 'sale_appeal', at: DECIDED }, 'lost'),
    ...inquiries(stripe),
    ...cartDispute(stripe),
    ...convertedDispute(stripe),
  ];
}

/** An inquiry that is closed, one that becomes a chargeback, and a dispute that is prevented. */
function inquiries(stripe: Acts): Reported[] {
  const at = '2026-01-03T12:00:00.000Z';
  const sales = ['asked', 'escalated', 'prevented'].map((name) =>
    sale(stripe, { id: `sale_${name}`, amount: '18.00', at }),
  );
  const inquiry = { amount_minor: 18_00, created_at_ms: ms(OPENED), status: 'warning_needs_response' } as const;
  stripe.dispute({ id: 'dp_asked', charge: 'ch_sale_asked', ...inquiry });
  stripe.closeDispute({ id: 'dp_asked', won: true, at_ms: ms(DECIDED) });
  stripe.dispute({ id: 'dp_escalated', charge: 'ch_sale_escalated', ...inquiry });
  stripe.escalateDispute({ id: 'dp_escalated', at_ms: ms('2026-01-20T12:00:00.000Z') });
  stripe.dispute({ id: 'dp_prevented', charge: 'ch_sale_prevented', ...inquiry, status: 'prevented' });
  const about = { id: 'dp_escalated', sale: 'sale_escalated', at: '2026-01-20T12:00:00.000Z' };
  return [...sales, disputed({ ...about, amount: '18.00' })];
}

/** One dispute of a charge with two sales, and a second one of the same charge. */
function cartDispute(stripe: Acts): Reported[] {
  const shared = { at: '2026-01-03T12:00:00.000Z', charge: 'ch_pair' };
  stripe.charge({ id: 'ch_pair', amount_minor: 90_00, currency: 'eur', created_at_ms: ms(shared.at) });
  stripe.dispute({ id: 'dp_pair', charge: 'ch_pair', amount_minor: 50_00, ...open });
  stripe.dispute({ id: 'dp_pair_2', charge: 'ch_pair', amount_minor: 5_00, ...open });
  return [
    sold({ id: 'sale_pair_a', amount: '60.00', ...shared }),
    sold({ id: 'sale_pair_b', amount: '30.00', ...shared }),
    disputed({ id: 'dis_a', sale: 'sale_pair_a', stripe: 'dp_pair', amount: '30.00', at: OPENED }),
    disputed({ id: 'dis_b', sale: 'sale_pair_b', stripe: 'dp_pair', amount: '20.00', at: OPENED }),
    disputed({ id: 'dis_c', sale: 'sale_pair_b', stripe: 'dp_pair_2', amount: '5.00', at: OPENED }),
  ];
}

/** Settled at three rates: the charge, the dispute, and what comes back. */
function convertedDispute(stripe: Acts): Reported[] {
  const given = { id: 'sale_fx_won', amount: '60.00', currency: 'USD', of: 'usa', at: '2026-01-03T12:00:00.000Z' };
  const sold = sale(stripe, given, { settled: { currency: 'eur', amount_minor: 55_38 } });
  const settled = { currency: 'eur', amount_minor: 56_01 };
  stripe.dispute({ id: 'du_fx', charge: 'ch_sale_fx_won', amount_minor: 60_00, settled, ...open });
  const back = { currency: 'eur', amount_minor: 54_77 };
  stripe.closeDispute({ id: 'du_fx', won: true, at_ms: ms(DECIDED), settled: back });
  return [
    sold,
    disputed({ id: 'du_fx', sale: given.id, amount: '60.00', currency: 'USD', at: OPENED }),
    decided({ id: 'du_fx', sale: given.id, at: DECIDED }, 'won'),
  ];
}

export function februaryDisputes(stripe: Acts): Reported[] {
  const at_ms = ms(FEBRUARY);
  stripe.closeDispute({ id: 'du_won', won: true, at_ms });
  stripe.reopenDispute({ id: 'pdp_again', at_ms });
  stripe.winAppeal({ id: 'dp_appeal', at_ms });
  return [
    decided({ id: 'du_won', sale: 'sale_won', at: FEBRUARY }, 'won'),
    disputeChanged({ id: 'pdp_again', sale: 'sale_again', at: FEBRUARY }, 'reopened'),
    disputeChanged({ id: 'dp_appeal', sale: 'sale_appeal', at: FEBRUARY }, 'reversed'),
  ];
}
