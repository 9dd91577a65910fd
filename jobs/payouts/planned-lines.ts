import { instant } from '../../warehouse/clock.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PayoutLineAccountsTable, PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { PayoutAccount } from './rails/rail.ts';
import type { Payee } from './rails/stripe/account.ts';

/** What Stripe said of the account of a payout when it was planned; all null where it was not read. */
interface PlannedAccount {
  /** Two letters, upper-case. */
  readonly account_country: string | null;
  /** Upper-case. */
  readonly account_currency: string | null;
  readonly account_read_at: string | null;
}

/** A line of a batch with what is approved of its account. */
export type PlannedLine = PayoutLinesTable & PlannedAccount;

/** To whom a line is paid, as it was approved. */
export function payeeOf(line: PlannedLine): Payee {
  const { creator_id, currency, account_country, account_currency, account_read_at } = line;
  if (account_read_at === null) return { creator_id, currency };
  return { creator_id, currency, country: account_country, default_currency: account_currency };
}

/** A query of lines with their accounts; the lines are named `line`. */
export function plannedLines(operational: Operational) {
  return operational
    .selectFrom('payout_lines as line')
    .leftJoin('payout_line_accounts as account', 'account.payout_id', 'line.payout_id')
    .selectAll('line')
    .select([
      'account.country as account_country',
      'account.default_currency as account_currency',
      'account.read_at as account_read_at',
    ]);
}

/** What is stored beside a line. */
export function accountRowOf(
  payout_id: string,
  { country, default_currency }: PayoutAccount,
  now: number,
): PayoutLineAccountsTable {
  return { payout_id, country, default_currency, read_at: instant(now) };
}
