import type { Meanings } from './en.ts';

const REPORT_ANEW = 'Melden Sie es unter einer neuen ID';
const TERMS_ANEW = 'Veröffentlichen Sie Konditionen desselben Zeitpunkts mit einer größeren ID und';

/** Why something cannot be booked yet or needs a look, and what to do, in German. */
export const exceptions: Meanings['exceptions'] = {
  before_first_period: {
    meaning: 'Es geschah vor dem ersten Zeitraum der Bücher.',
    cure: 'Schließen Sie zuerst den früheren Zeitraum ab, oder melden Sie es mit dem richtigen Zeitpunkt.',
  },
  dispute_unknown: {
    meaning: 'Die Zahlungsanfechtung, über die entschieden wurde, ist nicht erfasst.',
    cure: 'Melden Sie die Zahlungsanfechtung.',
  },
  outcome_unknown: {
    meaning: 'Der Ausgang ist weder gewonnen noch verloren.',
    cure: 'Melden Sie die Zahlungsanfechtung und ihren Ausgang unter einer neuen ID.',
  },
  amount_invalid: {
    meaning: 'Der Betrag oder die Zahl der Einheiten fehlt, ist nicht lesbar oder negativ.',
    cure: `${REPORT_ANEW} mit dem richtigen Betrag.`,
  },
  rate_invalid: {
    meaning: 'Der Preis in den Konditionen fehlt, ist nicht lesbar oder negativ.',
    cure: `${TERMS_ANEW} dem richtigen Preis.`,
  },
  currency_unknown: {
    meaning: 'Die Währung fehlt, oder in ihr kann nicht ausgezahlt werden.',
    cure: `${REPORT_ANEW} in einer Währung der hinterlegten Liste der Währungen.`,
  },
  amount_too_large: {
    meaning:
      'Der Betrag ist 1e15 kleinste Einheiten seiner Währung oder mehr; oder bei einer Nutzung sind die Einheiten, der Preis oder ihr Produkt 9.2e9 oder mehr.',
    cure: `${REPORT_ANEW} mit dem richtigen Betrag, oder veröffentlichen Sie Konditionen desselben Zeitpunkts mit einer größeren ID und dem richtigen Preis.`,
  },
  amount_not_minor: {
    meaning: 'Der Betrag ist keine ganze Zahl kleinster Einheiten seiner Währung.',
    cure: `${REPORT_ANEW} mit einem Betrag, der gezahlt werden kann.`,
  },
  terms_missing: {
    meaning: 'Für das Werk und die Lizenzart waren zu diesem Zeitpunkt keine Konditionen in Kraft.',
    cure: 'Veröffentlichen Sie die Konditionen, in Kraft ab diesem Zeitpunkt.',
  },
  fee_missing: {
    meaning: 'Zu diesem Zeitpunkt war keine Plattformgebühr in Kraft.',
    cure: 'Ergänzen Sie die Gebühr dieses Tages in der hinterlegten Liste der Plattformgebühren.',
  },
  holders_unreadable: {
    meaning: 'Die Berechtigten in den Konditionen sind nicht lesbar.',
    cure: `${TERMS_ANEW} lesbaren Berechtigten.`,
  },
  shares_not_whole: {
    meaning: 'Die Anteile der Berechtigten in den Konditionen ergeben zusammen nicht 10000 Basispunkte.',
    cure: `${TERMS_ANEW} den richtigen Anteilen.`,
  },
  asset_withdrawn: {
    meaning: 'Der Eigentümer hatte das Werk zurückgezogen, und es gab keine zuvor gekaufte Lizenz.',
    cure: 'Klären Sie, warum es verkauft oder genutzt werden konnte; erstatten Sie dem Käufer das Geld, oder melden Sie den Rückzug mit dem richtigen Zeitpunkt.',
  },
  consent_missing: {
    meaning: 'Der Eigentümer hatte in diese Nutzung des Werks nicht eingewilligt oder die Einwilligung widerrufen.',
    cure: 'Melden Sie die Einwilligung, die in Kraft war; gibt es keine, erstatten Sie dem Käufer das Geld.',
  },
  charge_exceeded: {
    meaning:
      'Stripe hat weniger eingezogen. Ist es der einzige Verkauf dieser Zahlung, so ist er gebucht, und sein Erlös ist einbehalten. Haben zuvor erfasste Verkäufe die Zahlung aufgebraucht, so wartet er.',
    cure: 'Erklären Sie ihn für ungültig, wenn sein Betrag falsch ist oder er denselben Verkauf ein zweites Mal meldet, und melden Sie ihn richtig unter einer neuen ID. Hat der Käufer den Rest auf anderem Weg gezahlt, erklären Sie den Zweifel für ungültig.',
  },
  license_repeated: {
    meaning: 'Ein Verkauf derselben Lizenz wurde zuvor unter einer anderen ID erfasst.',
    cure: 'Erklären Sie ihn für ungültig, wenn er denselben Verkauf ein zweites Mal meldet; wenn nicht, erklären Sie den Zweifel für ungültig, oder melden Sie ihn unter einer neuen ID mit eigener Lizenz.',
  },
  charge_missing: {
    meaning:
      'Stripe hat keine Zahlung mit dieser ID und Währung, oder die Zahlung ist fehlgeschlagen. Der Verkauf ist gebucht, aber sein Erlös ist einbehalten.',
    cure: 'Rufen Sie die Daten dieses Tages von Stripe ab. Fehlt die Zahlung dort, erklären Sie den Verkauf für ungültig; hat der Käufer auf anderem Weg gezahlt, erklären Sie den Zweifel für ungültig.',
  },
  sale_unknown: {
    meaning: 'Der Verkauf, den es betrifft, ist nicht erfasst.',
    cure: 'Melden Sie den Verkauf.',
  },
  sale_suspended: {
    meaning: 'Der Verkauf, den es betrifft, ist selbst in Klärung.',
    cure: 'Beheben Sie den Klärungsfall des Verkaufs.',
  },
  currency_differs: {
    meaning: 'Die Währung ist nicht die des Verkaufs oder der Auszahlung, die es betrifft.',
    cure: `${REPORT_ANEW} in der Währung dessen, was es betrifft.`,
  },
  reduction_exceeds_sale: {
    meaning:
      'Die Rückerstattungen und verlorenen Zahlungsanfechtungen des Verkaufs übersteigen um mehr als eine Rundung, was gezahlt wurde.',
    cure: 'Klären Sie, welche davon falsch ist oder wie der Käufer das Geld zweimal erhielt.',
  },
  sale_voided: {
    meaning: 'Der Verkauf, den es betrifft, war ungültig, bevor es gebucht wurde.',
    cure: 'Erklären Sie es ebenfalls für ungültig, oder korrigieren Sie die Korrektur des Verkaufs.',
  },
  correction_target_unknown: {
    meaning: 'Was korrigiert wird, ist nicht erfasst.',
    cure: 'Melden Sie, was korrigiert wird, oder korrigieren Sie diese Korrektur.',
  },
  terms_backdated: {
    meaning:
      'Konditionen gingen mehr als einen Tag nach ihrem eigenen Zeitpunkt ein, ersetzen andere und würden zuvor erfasste Verkäufe oder Nutzungen ändern. Sie gelten ab ihrem Eingang.',
    cure: 'Erkennen Sie es an. Sollte ein Verkauf unter diese Konditionen fallen, erklären Sie ihn für ungültig und melden Sie ihn unter einer neuen ID mit späterem Zeitpunkt, oder passen Sie Salden an.',
  },
  report_unconfirmed: {
    meaning:
      'Es wurde gemeldet, dass eine Zahlung oder Rückerstattung fehlschlug oder eine Zahlungsanfechtung aufgehoben oder neu eröffnet wurde. Stripe hat die Zahlung, Rückerstattung oder Zahlungsanfechtung, aber dies nicht.',
    cure: 'Rufen Sie die Daten von Stripe ab. Hat Stripe es auch dann nicht, korrigieren Sie diese Korrektur; hat Stripe es doch, korrigieren Sie Ihre Korrektur.',
  },
  already_corrected: {
    meaning: 'Was korrigiert wird, hat schon eine andere Korrektur, die früher erfasst wurde.',
    cure: 'Korrigieren Sie diese Korrektur; um zu ändern, was die andere bewirkt hat, korrigieren Sie die andere.',
  },
  correction_exceeds_use: {
    meaning: 'Von einer Nutzung werden mehr Einheiten abgezogen, als von ihr übrig sind.',
    cure: 'Korrigieren Sie diese Korrektur, und schlagen Sie eine mit der richtigen Zahl der Einheiten vor.',
  },
  correction_impossible: {
    meaning:
      'Sie betrifft eine gebuchte Auszahlung oder deren gebuchte Rückbuchung, oder sie stellt einen Verkauf wieder her, der vor seiner Buchung ungültig war.',
    cure: 'Korrigieren Sie diese Korrektur; passen Sie den Saldo an, oder melden Sie den Verkauf unter einer neuen ID.',
  },
  creator_unknown: {
    meaning:
      'Die Auszahlung ging an einen Urheber, oder die Anpassung betrifft den Saldo eines Urhebers, der sich weder angemeldet noch je einen Saldo hatte.',
    cure: 'Melden Sie die Anmeldung des Urhebers.',
  },
  payout_unconfirmed: {
    meaning:
      'Stripe hat keine Überweisung mit dieser ID und Währung. Die Auszahlung ist nicht gebucht, und ihr Betrag wird nicht noch einmal ausgezahlt.',
    cure: 'Rufen Sie die Daten dieses Tages von Stripe ab. Fehlt die Überweisung dort, wurde nichts gezahlt: Erklären Sie die Auszahlung für ungültig.',
  },
  payout_unknown: {
    meaning:
      'Die Auszahlung, die zurückgebucht wird, ist mit dieser Überweisung nicht gebucht: Sie ist nicht erfasst, in Klärung oder ungültig.',
    cure: 'Melden Sie die Auszahlung, oder beheben Sie ihren Klärungsfall. Fand die Auszahlung nie statt, erklären Sie die Rückbuchung für ungültig.',
  },
  reversal_unconfirmed: {
    meaning:
      'Stripe hat keine Rückbuchung mit dieser ID, von dieser Überweisung, diesem Betrag und dieser Währung. Sie ist nicht gebucht, und ihr Betrag wird nicht noch einmal ausgezahlt.',
    cure: 'Rufen Sie die Daten dieses Tages von Stripe ab. Fehlt die Rückbuchung dort, kam nichts zurück: Erklären Sie sie für ungültig.',
  },
  reversal_exceeds_payout: {
    meaning: 'Zusammen mit zuvor erfassten Rückbuchungen käme mehr zurück, als ausgezahlt wurde.',
    cure: 'Klären Sie, welche davon falsch ist, und erklären Sie diese für ungültig.',
  },
  reports_differ: {
    meaning: 'Später wurde eine andere Meldung davon mit anderem Inhalt erfasst. Es zählt die zuerst erfasste.',
    cure: 'Klären Sie, welche stimmt. Ist es die spätere, erklären Sie das Gemeldete für ungültig und melden Sie es unter einer neuen ID.',
  },
  event_quarantined: {
    meaning:
      'Ereignisse über Geld sind in der Quarantäne: Sie verstoßen gegen den Katalog oder kommen von einer Quelle, die sie nicht senden darf.',
    cure: 'Lesen Sie sie in `quarantined_events`; senden Sie sie berichtigt noch einmal, oder beheben Sie die Ursache und starten Sie den Job replay-rejected.',
  },
};
