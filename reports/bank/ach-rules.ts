import { BankTexts } from './bank-text.ts';
import { isRoutingNumber } from './nacha-records.ts';
import { commonFaults, type Fault } from './order-faults.ts';
import type { AchOrder, AchPayment, TextChange } from './payment-order.ts';

/** Ten digits of cents, and twelve for a file. */
const LARGEST_ACH_MINOR = 9_999_999_999n;
const LARGEST_FILE_MINOR = 999_999_999_999n;
const LARGEST_TRACE = 9_999_999;

export interface AchTexts {
  readonly name: string;
  readonly remittance: string | null;
}

export interface CheckedAch {
  readonly faults: readonly Fault[];
  readonly changes: readonly TextChange[];
  readonly debtorName: string;
  readonly destinationName: string;
  /** By payout id. Without a meaning as long as there are faults. */
  readonly texts: ReadonlyMap<string, AchTexts>;
}

/**
 * Every fault of an order of ACH credits, and the texts that its file would carry. A name longer than the 22 characters of an entry is cut
 * off, as the bank of the receiver posts by the account alone (Nacha Operating Rules, 3.1.2); the change is listed.
 */
export function checkAch(order: AchOrder): CheckedAch {
  const texts = new BankTexts();
  const { debtor } = order;
  const faults = commonFaults(order, { currency: 'USD', largest: LARGEST_ACH_MINOR });
  const require = (creator_id: string | null, field: string, holds: boolean, reason: string): void => {
    if (!holds) faults.push({ creator_id, field, reason });
  };
  require(null, 'order_id', /^[ -~]{1,35}$/.test(order.order_id), 'it is not 1 to 35 ASCII characters');
  require(null, 'odfi_routing', isRoutingNumber(debtor.odfi_routing), NO_ROUTING);
  require(null, 'immediate_destination', isRoutingNumber(debtor.immediate_destination), NO_ROUTING);
  require(null, 'immediate_origin', /^\d{9,10}$/.test(
    debtor.immediate_origin,
  ), 'it is not 9 or 10 digits, as agreed with the bank');
  require(null, 'company_id', /^[A-Z0-9]{10}$/.test(
    debtor.company_id,
  ), 'it is not 10 capital letters or digits, as assigned by the bank');
  require(null, 'entry_description', /^[A-Z0-9][A-Z0-9 ]{0,9}$/.test(
    debtor.entry_description,
  ), 'it is not 1 to 10 capital letters or digits');
  require(null, 'file_id_modifier', /^[A-Z0-9]$/.test(order.file_id_modifier), 'it is not one capital letter or digit');
  const lastTrace = order.first_trace + order.payments.length - 1;
  const fitTraces = Number.isInteger(order.first_trace) && order.first_trace >= 1 && lastTrace <= LARGEST_TRACE;
  require(null, 'first_trace', fitTraces, `the payments do not fit into the trace numbers 1 to ${LARGEST_TRACE}`);
  const total = order.payments.reduce((sum, { amount_minor }) => sum + amount_minor, 0n);
  require(null, 'payments', total <=
    LARGEST_FILE_MINOR, `they sum to more than ${LARGEST_FILE_MINOR} cents; make two orders of them`);
  const byPayout = new Map<string, AchTexts>();
  for (const payment of order.payments) {
    const { creator_id, payout_id, routing, account } = payment;
    require(creator_id, 'routing number', isRoutingNumber(routing), NO_ROUTING);
    require(creator_id, 'account number', /^[0-9A-Za-z-]{1,17}$/.test(account) &&
      /[1-9A-Za-z]/.test(account), NO_ACCOUNT);
    byPayout.set(payout_id, textsOf(texts, payment));
  }
  const ofDebtor = (field: string, longest: number) => ({ creator_id: null, field, longest });
  const debtorName = texts.of(debtor.name, ofDebtor('name', 16));
  const destinationName = texts.of(debtor.immediate_destination_name, {
    ...ofDebtor('immediate_destination_name', 23),
    shorten: true,
  });
  return { faults: [...faults, ...texts.faults], changes: texts.changes, debtorName, destinationName, texts: byPayout };
}

const NO_ROUTING = 'it is not a routing number of nine digits whose last digit checks the others';
const NO_ACCOUNT = 'it is not 1 to 17 letters, digits and hyphens';

function textsOf(texts: BankTexts, { creator_id, name, remittance }: AchPayment): AchTexts {
  return {
    name: texts.of(name, { creator_id, field: 'name', longest: 22, shorten: true }),
    remittance: texts.ofOptional(remittance, { creator_id, field: 'remittance', longest: 80 }),
  };
}
