import type { Meanings } from './en.ts';

/** Why something is not paid, in German. */
export const unpaid: Meanings['unpaid'] = {
  by_finance: { meaning: 'Eine Person der Finanzabteilung hat so entschieden.' },
  to_be_cancelled: { meaning: 'Sie wird storniert, sobald feststeht, dass nichts überwiesen wurde.' },
  refused: { meaning: 'Stripe hat sie auf eine Weise abgelehnt, die nicht bekannt ist.' },
  changed_after_approval: { meaning: 'Sie entspricht nicht dem, was freigegeben wurde.' },
  balance_changed: { meaning: 'Sie entspricht nicht dem, was vom versiegelten Saldo noch auszuzahlen ist.' },
  paid_since_closing: { meaning: 'Der Urheber wurde seit dem Abschluss bereits bezahlt.' },
  identity_not_verified: { meaning: 'Die Identität des Urhebers ist nicht bestätigt.' },
  payout_account_missing: { meaning: 'Der Urheber hat kein Auszahlungskonto, oder Stripe hat es nicht.' },
  payout_account_not_active: { meaning: 'Das Auszahlungskonto kann keine Überweisungen empfangen.' },
  payout_account_rejected: { meaning: 'Stripe hat das Auszahlungskonto abgelehnt.' },
  payout_account_under_review: { meaning: 'Stripe prüft das Auszahlungskonto.' },
  payout_account_of_another: { meaning: 'Das Auszahlungskonto gehört einem anderen Urheber.' },
  payout_account_changed: { meaning: 'Das Auszahlungskonto hat sich geändert.' },
  dispute_open: { meaning: 'Ein Verkauf, für den sie bestimmt ist, wird angefochten.' },
  break_open: { meaning: 'Eine Abweichung im Abgleich mit Stripe betrifft Geld, das sie auszahlt.' },
  balance_insufficient: { meaning: 'Das Guthaben der Plattform bei Stripe reicht in dieser Währung nicht aus.' },
  currency_not_held: { meaning: 'Die Plattform hat bei Stripe kein Guthaben in dieser Währung.' },
  transfer_repeated: { meaning: 'Stripe hat mehr als eine Überweisung dafür.' },
  transfer_differs: { meaning: 'Stripe hat eine Überweisung dafür, die nicht der freigegebenen entspricht.' },
  above_limit: { meaning: 'Sie liegt über der Grenze für eine einzelne Auszahlung.' },
  period_closed: {
    meaning: 'Der Folgemonat wurde abgeschlossen, bevor sie gesendet war; sein Saldo enthält den Betrag.',
  },
  nothing_owed: { meaning: 'Es besteht kein Guthaben.' },
  negative_balance: { meaning: 'Der Saldo ist negativ: Er wird mit späteren Lizenzerlösen verrechnet.' },
  frozen_by_dispute: { meaning: 'Das Guthaben ist wegen offener Zahlungsanfechtungen einbehalten.' },
  charge_unconfirmed: { meaning: 'Eine Zahlung, aus der das Guthaben stammt, ist nicht bestätigt.' },
  payout_unconfirmed: { meaning: 'Eine frühere Auszahlung ist nicht bestätigt.' },
  below_minimum: { meaning: 'Der Saldo liegt unter dem Mindestbetrag für Auszahlungen; er wird vorgetragen.' },
  below_stripe_minimum: {
    meaning:
      'Der Saldo liegt unter dem kleinsten Betrag, den Stripe an eine Bank im Land des Kontos auszahlt; er wird vorgetragen.',
  },
  currency_not_of_account: {
    meaning: 'Auf das Bankkonto wird mit Dateien nur in einer anderen Währung gezahlt; der Saldo wird vorgetragen.',
  },
  payout_unsettled: { meaning: 'Der Ausgang einer früheren Auszahlung dieses Saldos ist nicht bekannt.' },
  amount_not_transferable: { meaning: 'Auf diesem Zahlungsweg lässt sich dieser Betrag nicht überweisen.' },
  not_transferred: { meaning: 'Die Überweisung wurde nicht ausgeführt.' },
};
