import { requirePresent } from '../../../warehouse/invariant.ts';
import type { CorrectedKind } from '../../../warehouse/vocabulary/corrections.ts';
import type { LicenseType } from '../../../warehouse/vocabulary/terms.ts';
import type { LineKind } from '../document.ts';
import type { EN } from './en.ts';

export const CORRECTED_IN_GERMAN: Readonly<Record<CorrectedKind, string>> = {
  sale: 'Verkauf',
  use: 'Nutzung',
  refund: 'Rückerstattung',
  dispute: 'Zahlungsanfechtung',
  outcome: 'Ausgang der Zahlungsanfechtung',
  invoice: 'Rechnung',
  payout: 'Auszahlung',
  payout_reversal: 'Rückbuchung einer Auszahlung',
  balance: 'Saldo',
  doubt: 'Zweifel an der Zahlung',
  correction: 'Korrektur',
};

export const LICENSES_IN_GERMAN: Readonly<Record<LicenseType, string>> = {
  one_time: 'Einmallizenz',
  subscription: 'Abonnement',
  metered: 'Nutzung nach Verbrauch',
};

const LINE_KINDS: Readonly<Record<LineKind | RowType, string>> = {
  earning: 'Lizenzerlös',
  refund: 'Rückerstattung',
  adjustment: 'Korrektur',
  opening_balance: 'Anfangssaldo',
  movement: 'Geänderter Verkauf',
  tax_withheld: 'Steuerabzug',
  payout: 'Auszahlung',
  payout_reversal: 'Rückbuchung einer Auszahlung',
  closing_balance: 'Schlusssaldo',
  payout_notice: 'Hinweis zu einer Auszahlung',
};
type RowType =
  | 'opening_balance'
  | 'movement'
  | 'tax_withheld'
  | 'payout'
  | 'payout_reversal'
  | 'closing_balance'
  | 'payout_notice';

const OUTCOMES: Readonly<Record<keyof typeof EN.notices, string>> = {
  held: 'Zurückgestellt',
  failed: 'Fehlgeschlagen',
  cancelled: 'Storniert',
  bank_failed: 'Von der Bank nicht ausgeführt',
  bank_returned: 'Von der Bank zurückgegeben',
  bank_canceled: 'Bankauszahlung storniert',
  bank_reversed: 'Bankauszahlung zurückgebucht',
};

const DECISIONS: Readonly<Record<keyof typeof EN.payout, string>> = {
  payable: 'Auszahlbar',
  nothing_owed: 'Kein Guthaben',
  negative_balance: 'Negativer Saldo',
  frozen_by_dispute: 'Wegen Zahlungsanfechtung einbehalten',
  charge_unconfirmed: 'Zahlung unbestätigt',
  payout_unconfirmed: 'Frühere Auszahlung unbestätigt',
  below_minimum: 'Unter dem Mindestbetrag',
  below_stripe_minimum: 'Unter dem Mindestbetrag von Stripe',
  identity_not_verified: 'Identität nicht bestätigt',
  payout_account_missing: 'Kein Auszahlungskonto',
  payout_account_not_active: 'Auszahlungskonto nicht aktiv',
};

const CODES: Readonly<Record<string, string>> = {
  ...CORRECTED_IN_GERMAN,
  ...LICENSES_IN_GERMAN,
  ...LINE_KINDS,
  ...OUTCOMES,
  ...DECISIONS,
};

/** Throws `InvariantBroken` for a code that has no word. */
export function codeInGerman(code: string): string {
  return requirePresent(CODES[code], `The code ${code} must have a German word.`);
}
