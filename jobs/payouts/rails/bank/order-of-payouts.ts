import type { BankSettings } from '../../../../reports/bank/bank-settings.ts';
import { writeNacha } from '../../../../reports/bank/nacha.ts';
import { writePain001 } from '../../../../reports/bank/pain001.ts';
import type { BankFile, PaymentOrder } from '../../../../reports/bank/payment-order.ts';
import { Rejected } from '../../../../warehouse/errors.ts';
import { invariant } from '../../../../warehouse/invariant.ts';
import type { BankRail } from '../../../../warehouse/operational/bank-tables.ts';
import { MAIN_PAYER } from '../../../../warehouse/vocabulary/tax.ts';
import type { BankAccountData } from '../../../payout-accounts/bank-account-shape.ts';
import type { PlannedLine } from '../../planned-lines.ts';

/** A payout and the account that it goes to. */
export interface PayoutToExport {
  readonly line: PlannedLine;
  readonly account: BankAccountData;
}

export interface OrderHead {
  readonly order_id: string;
  readonly created_at: string;
  readonly execution_on: string;
  readonly period: string;
  /** Of ACH. */
  readonly first_trace: number;
  readonly file_id_modifier: string;
}

/** The order for some payouts of one rail: everything that its file depends on. Throws `Rejected` if the rail is not configured. */
export function composeOrder(
  payouts: readonly PayoutToExport[],
  { rail, settings, head }: { rail: BankRail; settings: BankSettings; head: OrderHead },
): PaymentOrder {
  const { order_id, created_at, execution_on, first_trace, file_id_modifier } = head;
  const shared = { order_id, created_at, execution_on };
  const remittance = settings.remittance?.replaceAll('{period}', head.period) ?? null;
  const paymentOf = ({ line: { payout_id, creator_id, amount_minor, currency } }: PayoutToExport) => ({
    ...{ payout_id, creator_id, amount_minor, currency, remittance },
  });
  if (rail === 'sepa') {
    const { book_as_one, ...debtor } = settings.sepa ?? throwMissing(rail, settings);
    const payments = payouts.map((each) => ({ ...paymentOf(each), ...sepaAccount(each) }));
    return { ...shared, scheme: 'sepa', debtor, book_as_one, payments };
  }
  const payments = payouts.map((each) => ({ ...paymentOf(each), ...achAccount(each) }));
  const debtor = settings.ach ?? throwMissing(rail, settings);
  return { ...shared, scheme: 'ach', debtor, first_trace, file_id_modifier, payments };
}

function throwMissing(rail: BankRail, { payer_id }: BankSettings): never {
  const whose = payer_id === MAIN_PAYER ? '' : ` of the payer ${payer_id} in other_payers`;
  throw new Rejected(`Nothing can be paid by ${rail}: TANTIEME_BANK_FILE has no ${rail}${whose}; add it.`);
}

function sepaAccount({ line, account }: PayoutToExport) {
  invariant(
    account.payout_rail === 'sepa',
    `The payout ${line.payout_id} goes to an account that SEPA does not reach.`,
  );
  const { name, iban, bic, address } = account;
  return { name, iban, bic: bic ?? null, address: address ?? null };
}

function achAccount({ line, account }: PayoutToExport) {
  invariant(account.payout_rail === 'ach', `The payout ${line.payout_id} goes to an account that ACH does not reach.`);
  const { name, holder, routing, account: number, account_kind } = account;
  return { name, holder, routing, account: number, account_kind };
}

/** The file of an order. Throws `OrderRefused` with every fault; then there is none. */
export function writeOrder(order: PaymentOrder): BankFile {
  return order.scheme === 'sepa' ? writePain001(order) : writeNacha(order);
}

/** From which account an order is paid, as the bank names it in its answers. */
export function debtorOf(order: PaymentOrder): string {
  return order.scheme === 'sepa' ? order.debtor.iban : order.debtor.company_id;
}

/** `payouts-2026-01-S1.xml`; of another payer than the main one, `payouts-2026-01-S2-ireland.xml`. */
export function fileNameOf({ order_id, scheme }: PaymentOrder, { payer_id }: BankSettings): string {
  const payer = payer_id === MAIN_PAYER ? '' : `-${payer_id}`;
  return `payouts-${order_id}${payer}.${scheme === 'sepa' ? 'xml' : 'ach'}`;
}

const MODIFIERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Of the n-th ACH file of a day, counted from 0. Throws `Rejected` for the 37th. */
export function requireFileIdModifier(before: number): string {
  const modifier = MODIFIERS[before];
  if (modifier === undefined)
    throw new Rejected(
      'No bank file was made: 36 ACH files were made today, and ACH cannot distinguish more; export the others tomorrow.',
    );
  return modifier;
}
