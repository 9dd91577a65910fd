import type { ExceptionReason } from '../../warehouse/vocabulary/exceptions.ts';
import type { FieldName } from '../../warehouse/vocabulary/fields.ts';
import type { ACTIVITY_KINDS } from '../../warehouse/vocabulary/metrics.ts';
import type { BreakClassName } from '../../warehouse/vocabulary/reconciliation.ts';
import type { LicenseType } from '../../warehouse/vocabulary/terms.ts';
import type { Locale } from '../statement/format.ts';

type Label = Readonly<Record<Locale, string>>;

const label = (en: string, de: string): Label => ({ en, de });

const EXCEPTION_REASONS = {
  before_first_period: label('before the first period', 'vor dem ersten Zeitraum'),
  dispute_unknown: label('dispute unknown', 'Zahlungsstreit unbekannt'),
  outcome_unknown: label('outcome unknown', 'Ausgang unbekannt'),
  amount_invalid: label('amount invalid', 'Betrag ungültig'),
  rate_invalid: label('price invalid', 'Preis ungültig'),
  currency_unknown: label('currency unknown', 'Währung unbekannt'),
  amount_too_large: label('amount too large', 'Betrag zu groß'),
  amount_not_minor: label('amount not in whole minor units', 'Betrag mit zu vielen Stellen'),
  terms_missing: label('no terms', 'keine Konditionen'),
  fee_missing: label('no platform fee', 'keine Plattformgebühr'),
  holders_unreadable: label('holders cannot be read', 'Berechtigte nicht lesbar'),
  shares_not_whole: label('shares are not 100 %', 'Anteile ergeben nicht 100 %'),
  asset_withdrawn: label('asset withdrawn', 'Werk zurückgezogen'),
  consent_missing: label('no consent', 'keine Einwilligung'),
  charge_exceeded: label('more than the buyer paid', 'mehr, als der Käufer gezahlt hat'),
  license_repeated: label('licence reported twice', 'Lizenz zweimal gemeldet'),
  charge_missing: label('no payment at Stripe', 'keine Zahlung bei Stripe'),
  sale_unknown: label('sale unknown', 'Verkauf unbekannt'),
  sale_suspended: label('sale in suspense', 'Verkauf in Klärung'),
  currency_differs: label('another currency', 'andere Währung'),
  reduction_exceeds_sale: label('refunds exceed the sale', 'Erstattungen über dem Verkauf'),
  sale_voided: label('sale void', 'Verkauf ungültig'),
  correction_target_unknown: label('what is corrected is unknown', 'Berichtigtes unbekannt'),
  terms_backdated: label('terms received late', 'Konditionen verspätet'),
  report_unconfirmed: label('report not confirmed by Stripe', 'Meldung von Stripe nicht bestätigt'),
  already_corrected: label('corrected already', 'schon berichtigt'),
  correction_exceeds_use: label('correction exceeds the use', 'Berichtigung über der Nutzung'),
  correction_impossible: label('correction not possible', 'Berichtigung nicht möglich'),
  creator_unknown: label('creator unknown', 'Urheber unbekannt'),
  payout_unconfirmed: label('payout not at Stripe', 'Auszahlung nicht bei Stripe'),
  payout_unknown: label('payout unknown', 'Auszahlung unbekannt'),
  reversal_unconfirmed: label('reversal not at Stripe', 'Rückzahlung nicht bei Stripe'),
  reversal_exceeds_payout: label('reversals exceed the payout', 'Rückzahlungen über der Auszahlung'),
  reports_differ: label('reports differ', 'Meldungen weichen ab'),
  event_quarantined: label('events in quarantine', 'Ereignisse in Quarantäne'),
} as const satisfies Readonly<Record<ExceptionReason, Label>>;

const BREAK_CLASSES = {
  missing_in_stripe: label('missing at Stripe', 'fehlt bei Stripe'),
  missing_in_ledger: label('missing in the books', 'fehlt in den Büchern'),
  amount_differs: label('another amount', 'anderer Betrag'),
  currency_differs: label('another currency', 'andere Währung'),
  duplicate: label('reported twice', 'doppelt gemeldet'),
  wrong_destination: label('wrong account', 'falsches Konto'),
  reversed_after_settlement: label('transfer reversed', 'Überweisung zurückgeholt'),
  payout_differs: label('payout is not what was owed', 'Auszahlung weicht vom Geschuldeten ab'),
  account_debited: label('account debited', 'Konto belastet'),
  fee_differs: label('higher fee', 'höhere Gebühr'),
  payout_failed: label('bank payout failed', 'Auszahlung an die Bank gescheitert'),
  topup_reversed: label('top-up taken back', 'Aufladung zurückgeholt'),
  record_differs: label('Stripe’s records disagree', 'Stripes Datensätze widersprechen sich'),
  carried_differs: label('payout content differs', 'Inhalt der Auszahlung weicht ab'),
  unlinked: label('belongs to nothing', 'gehört zu nichts'),
  links_differ: label('claimed twice', 'doppelt zugeordnet'),
  sign_differs: label('opposite sign', 'falsches Vorzeichen'),
  unpaired: label('half of a pair', 'halbes Paar'),
  unclassified: label('unknown kind', 'unbekannte Art'),
  unexplained: label('not explained', 'nicht erklärt'),
  balance_differs: label('balance differs', 'Guthaben weicht ab'),
  bank_amount_differs: label('other amount at the bank', 'anderer Betrag bei der Bank'),
  bank_contradicts: label('the bank contradicts the books', 'die Bank widerspricht den Büchern'),
  bank_line_edited: label('line of a bank file edited', 'Zeile einer Bankdatei verändert'),
  bank_payment_unknown: label('payment that is not ours', 'Zahlung, die nicht von uns ist'),
  bank_payout_returned: label('came back to the bank account', 'auf das Bankkonto zurückgekommen'),
  bank_entry_unexplained: label('bank entry not explained', 'Bankumsatz nicht erklärt'),
  bank_balance_differs: label('bank balance differs', 'Bankguthaben weicht ab'),
  destination_charge: label('transferred by Stripe itself', 'von Stripe selbst überwiesen'),
  books_differ: label('books differ', 'Bücher weichen ab'),
} as const satisfies Readonly<Record<BreakClassName, Label>>;

const ACTIVITIES = {
  creator_signed_up: label('creators signed up', 'Urheber angemeldet'),
  creator_verified: label('creators verified', 'Urheber geprüft'),
  asset_uploaded: label('assets uploaded', 'Werke hochgeladen'),
  asset_published: label('assets published', 'Werke veröffentlicht'),
  developer_signed_up: label('developers signed up', 'Entwickler angemeldet'),
  api_key_created: label('API keys created', 'API-Schlüssel angelegt'),
  sample_requested: label('samples requested', 'Proben angefordert'),
  license_purchased: label('licences bought', 'Lizenzen gekauft'),
  subscription_paid: label('subscriptions paid', 'Abonnements bezahlt'),
} as const satisfies Readonly<Record<(typeof ACTIVITY_KINDS)[number], Label>>;

const LICENSE_TYPES = {
  one_time: label('one-time licence', 'Einmallizenz'),
  subscription: label('subscription', 'Abonnement'),
  metered: label('metered use', 'Nutzung nach Verbrauch'),
} as const satisfies Readonly<Record<LicenseType, Label>>;

/** The words for codes, by column: the same on our pages, in Metabase and in pictures. `tests/reports/dashboards/labels.test.ts` compares them with the vocabulary. */
export const LABELS: Readonly<Partial<Record<FieldName, Readonly<Record<string, Label>>>>> = {
  exception_reason: EXCEPTION_REASONS,
  break_class: BREAK_CLASSES,
  activity_kind: ACTIVITIES,
  license_type: LICENSE_TYPES,
  payout_status: {
    planned: label('planned', 'geplant'),
    approved: label('approved', 'freigegeben'),
    held: label('on hold', 'zurückgehalten'),
    cancelled: label('cancelled', 'abgebrochen'),
    sent: label('sent', 'gesendet'),
    confirmed: label('confirmed', 'bestätigt'),
    failed: label('failed', 'fehlgeschlagen'),
    reversed: label('came back', 'zurückgekommen'),
  },
  milestone: {
    '1_signed_up': label('signed up', 'angemeldet'),
    '2_verified': label('verified', 'geprüft'),
    '3_uploaded': label('uploaded', 'hochgeladen'),
    '4_published': label('published', 'veröffentlicht'),
    '5_earned': label('earned a royalty', 'eine Vergütung verdient'),
  },
};

/** The word for a code of a column; what has none is shown as it is. */
export function codeText(column: string, code: string, locale: Locale): string {
  return LABELS[column as FieldName]?.[code]?.[locale] ?? code;
}
