import type { Meanings } from './en.ts';

const ACKNOWLEDGE = 'erkennen Sie danach die Abweichung an.';
const PULL_AGAIN = 'Rufen Sie die Daten dieser Zeit noch einmal von Stripe ab;';
const ASK_STRIPE = 'fragen Sie Stripe und erkennen Sie die Abweichung mit der Antwort an.';
const REPORT_AGAIN = 'und melden Sie es unter einer neuen ID noch einmal';

/** The kinds of breaks between the books and Stripe or a bank, and what to do, in German. */
export const breaks: Meanings['breaks'] = {
  missing_in_stripe: {
    meaning: 'Unsere Bücher haben eine Bewegung, die Stripe nicht hat.',
    cure: 'Klären Sie, ob das Ereignis irrtümlich gesendet wurde: Dann erklären Sie für ungültig, was es gemeldet hat. Hat Stripe es unter einer anderen ID, erklären Sie es für ungültig und melden Sie es unter dieser ID.',
  },
  missing_in_ledger: {
    meaning: 'Stripe hat eine Bewegung, die unsere Bücher nicht haben.',
    cure: 'Klären Sie, welcher Dienst sie hätte melden sollen, und lassen Sie das Ereignis senden; für eine fehlgeschlagene Rückerstattung oder Abbuchung und für eine später gewonnene oder neu eröffnete Zahlungsanfechtung ist das ein eigenes Ereignis.',
  },
  destination_charge: {
    meaning:
      'Stripe hat Geld einer Zahlung von sich aus an einen Urheber überwiesen, weil die Zahlung ein Ziel nennt, und unsere Bücher haben es nicht: Der Urheber würde noch einmal bezahlt.',
    cure: 'Mit TANTIEME_DESTINATION_CHARGES=on wird es als Auszahlung an den Urheber gebucht, dem das Konto damals gehörte, außer es gehörte niemandem oder mehreren Urhebern, oder die Gebühr der Plattform (application fee) hat eine andere Währung als die Überweisung. Andernfalls passen Sie den Saldo des Urhebers um das an, was auf dem Konto geblieben ist; erkennen Sie danach die Abweichung an.',
  },
  amount_differs: {
    meaning: 'Unsere Bücher und Stripe haben dieselbe Bewegung mit verschiedenen Beträgen.',
    cure: `Erklären Sie für ungültig, was mit falschem Betrag gemeldet wurde, ${REPORT_AGAIN}, mit dem richtigen Betrag.`,
  },
  currency_differs: {
    meaning: 'Unsere Bücher haben eine Bewegung in einer anderen Währung, als der Käufer gezahlt hat.',
    cure: `Erklären Sie für ungültig, was mit falscher Währung gemeldet wurde, ${REPORT_AGAIN}, mit der richtigen Währung.`,
  },
  duplicate: {
    meaning:
      'Mehrere Verkäufe, Rückerstattungen oder Auszahlungen in unseren Büchern haben dieselbe ID von Stripe und übersteigen zusammen, was Stripe dafür hat.',
    cure: 'Erklären Sie für ungültig, was zweimal gemeldet wurde.',
  },
  wrong_destination: {
    meaning: 'Eine Überweisung ging an ein anderes Konto als in unseren Büchern.',
    cure: `Holen Sie die Überweisung bei Stripe zurück, wenn das Konto nicht dem Urheber gehört, und klären Sie, wer die Auszahlung geändert hat; ${ACKNOWLEDGE}`,
  },
  reversed_after_settlement: {
    meaning:
      'Stripe hat die Rückbuchung einer Überweisung, die unsere Bücher nicht haben: Der Urheber hat dieses Geld nicht mehr.',
    cure: `Klären Sie, wer sie warum zurückgebucht hat; steht dem Urheber der Betrag noch zu, passen Sie den Saldo an oder zahlen Sie noch einmal aus; ${ACKNOWLEDGE}`,
  },
  payout_differs: {
    meaning:
      'Eine Auszahlung in unseren Büchern hat nicht den Betrag, den der abgeschlossene Zeitraum dem Urheber in dieser Währung zugesagt hat.',
    cure: `Vergleichen Sie die Auszahlung mit der Abrechnung, und klären Sie, woher ihr Betrag kommt, bevor weiter ausgezahlt wird; ${ACKNOWLEDGE}`,
  },
  account_debited: {
    meaning: 'Vom verbundenen Konto eines Urhebers wurde Geld abgebucht, und unsere Bücher haben es nicht.',
    cure: `Passen Sie den Saldo des Urhebers um den Betrag an, mit dem Grund der Abbuchung; ${ACKNOWLEDGE}`,
  },
  fee_differs: {
    meaning: 'Die Gebühr von Stripe für eine Bewegung ist höher als die hinterlegten Sätze.',
    cure: 'Vergleichen Sie die Gebühr mit Ihrem Vertrag mit Stripe. Ist sie zu hoch, fragen Sie Stripe; sind die hinterlegten Sätze zu niedrig, lassen Sie TANTIEME_STRIPE_FEES berichtigen. Stimmt sie nur in diesem Fall, erkennen Sie die Abweichung an.',
  },
  payout_failed: {
    meaning:
      'Eine Auszahlung an die Bank der Plattform ist fehlgeschlagen oder wurde storniert: Das Geld ist wieder im Guthaben bei Stripe.',
    cure: `Berichtigen Sie das Bankkonto bei Stripe, und zahlen Sie noch einmal aus; ${ACKNOWLEDGE}`,
  },
  topup_reversed: {
    meaning: 'Eine Aufladung wurde zurückgenommen: Das Geld ist nicht mehr im Guthaben bei Stripe.',
    cure: `Klären Sie, warum die Bank der Plattform sie zurückgenommen hat, und laden Sie das Guthaben wieder auf, wenn Auszahlungen es brauchen; ${ACKNOWLEDGE}`,
  },
  record_differs: {
    meaning:
      'Der Datensatz einer Auszahlung an die Bank oder einer Aufladung bei Stripe stimmt in Betrag oder Stand nicht mit seinen Saldobewegungen überein.',
    cure: `${PULL_AGAIN} weichen sie weiter ab, ${ASK_STRIPE}`,
  },
  carried_differs: {
    meaning:
      'Die Saldobewegungen, aus denen eine automatische Auszahlung an die Bank besteht, ergeben nicht ihren Betrag.',
    cure: `Vergleichen Sie die Auszahlung mit dem Bericht von Stripe zum Abgleich der Auszahlungen (payout reconciliation report); erklärt er die Differenz nicht, ${ASK_STRIPE}`,
  },
  unlinked: {
    meaning:
      'Eine Saldobewegung gehört zu keiner Zahlung, Rückerstattung, Zahlungsanfechtung, Überweisung, Auszahlung oder Aufladung, obwohl sie das muss.',
    cure: `${PULL_AGAIN} gehört sie weiter zu nichts, ${ASK_STRIPE}`,
  },
  links_differ: {
    meaning:
      'Mehrere Datensätze von Stripe nennen eine Saldobewegung als ihre, oder ihre Quelle ist eine andere als der Datensatz, der sie nennt.',
    cure: `${PULL_AGAIN} weichen sie weiter ab, ${ASK_STRIPE}`,
  },
  sign_differs: {
    meaning: 'Eine Saldobewegung hat das umgekehrte Vorzeichen ihrer Art.',
    cure: 'Sehen Sie bei Stripe nach, und erkennen Sie die Abweichung mit dem an, was es ist.',
  },
  unpaired: {
    meaning:
      'Stripe hat eine von zwei Saldobewegungen, die immer zusammen auftreten und sich aufheben, ohne die andere.',
    cure: `${PULL_AGAIN} fehlt die andere weiter, ${ASK_STRIPE}`,
  },
  unclassified: {
    meaning:
      'Eine Saldobewegung hat eine Kategorie, eine Art oder einen Saldo, die diese Version nicht oder nicht zusammen kennt.',
    cure: 'Sehen Sie bei Stripe nach, und erkennen Sie die Abweichung mit dem an, was es ist. Lassen Sie die Art in seeds/stripe-movements.ts ergänzen, damit die nächste bekannt ist.',
  },
  unexplained: {
    meaning: 'Eine Saldobewegung wird nur durch ihre Beschreibung bei Stripe erklärt, wie eine Anpassung.',
    cure: 'Lesen Sie die Beschreibung, und erkennen Sie die Abweichung mit dem an, was es ist.',
  },
  balance_differs: {
    meaning: 'Die Summe der abgerufenen Saldobewegungen ist nicht der Saldo, den Stripe selbst nennt.',
    cure: 'Rufen Sie die Daten von Stripe ab dem ersten Tag des Kontos ab. War das Konto schon vor dem ersten abrufbaren Tag in Gebrauch, erkennen Sie die Differenz mit dem Saldo dieses Tages an.',
  },
  bank_amount_differs: {
    meaning:
      'Eine Bank hat für eine Auszahlung einen anderen Betrag oder eine andere Währung gebucht oder zurückgegeben, als freigegeben war.',
    cure: `Fragen Sie die Bank, und klären Sie, ob die Datei auf dem Weg geändert wurde. Hat der Urheber zu wenig oder zu viel erhalten, passen Sie seinen Saldo an oder zahlen Sie noch einmal aus; ${ACKNOWLEDGE}`,
  },
  bank_contradicts: {
    meaning:
      'Eine Bank meldet zu einer Auszahlung, was nach unseren Büchern nicht stimmen kann, etwa die Buchung einer fehlgeschlagenen: Sie ist möglicherweise zweimal bezahlt.',
    cure: `Fragen Sie die Bank, was sie bezahlt hat. Wurde der Urheber zweimal bezahlt, passen Sie seinen Saldo an; ${ACKNOWLEDGE}`,
  },
  bank_line_edited: {
    meaning:
      'Eine Bank hat zu einer Auszahlung geantwortet, deren Zeile in der Steuerdatenbank nach ihrem Export in eine Bankdatei geändert wurde.',
    cure: `Klären Sie, wer die Zeile geändert hat, und stellen Sie sie richtig. Wurde zu der Auszahlung nichts erfasst, halten Sie danach fest, dass die Bank ihre Datei angenommen hat; ${ACKNOWLEDGE}`,
  },
  bank_payment_unknown: {
    meaning: 'Ein Eintrag eines Kontoauszugs nennt eine Zahlung wie unsere, die in keiner unserer Bankdateien steht.',
    cure: `Klären Sie, wer die Zahlung beauftragt hat und ob noch jemand von dem Konto zahlen kann; ${ACKNOWLEDGE}`,
  },
  bank_payout_returned: {
    meaning: 'Eine Auszahlung mit einer Bankdatei kam auf das Bankkonto zurück: Der Betrag wird wieder geschuldet.',
    cure: `Lassen Sie den Urheber das Konto berichtigen, wenn der Grund es betrifft, und zahlen Sie mit dem nächsten Stapel noch einmal aus; ${ACKNOWLEDGE}`,
  },
  bank_entry_unexplained: {
    meaning:
      'Ein Eintrag eines Kontoauszugs ist weder eine unserer Auszahlungen noch eine zurückgekommene noch eine Gebühr: Er ist auf das Klärungskonto gebucht.',
    cure: 'Klären Sie, was es ist, und erkennen Sie die Abweichung damit an.',
  },
  bank_balance_differs: {
    meaning:
      'Der Saldo eines Kontoauszugs ist nicht der, den unsere Bücher für das Konto haben, ohne das, was unterwegs ist.',
    cure: 'Lesen Sie die fehlenden Kontoauszüge ein, ab der ersten Auszahlung mit einer Bankdatei. Was erst nach dem Abschluss seines Monats eingelesen wurde, ist in einem späteren Monat gebucht: Hier bleibt die Abweichung, bis sie anerkannt ist, ebenso wie das, was ein falscher Kontoauszug auf dem Klärungskonto hinterlassen hat.',
  },
  books_differ: {
    meaning:
      'Das Konto der Bücher für einen Saldo bei Stripe ist nicht das, was die Saldobewegungen von Stripe ergeben.',
    cure: 'Meist ist es ein Datensatz, der erst nach dem Abschluss seines Monats abgerufen wurde. Der nächste Abschluss bucht ihn, in einem späteren Monat: Hier bleibt die Abweichung, bis sie anerkannt ist. Sehen Sie sich die abweichenden Saldobewegungen an, und erkennen Sie danach die Abweichung an.',
  },
};

/** What to do about some of them instead. */
export const ownCures: Meanings['ownCures'] = {
  unknown_transfer: {
    cure: 'Gehört sie zu einem Stapel von Auszahlungen („tantieme payouts status“ ihres Monats führt sie auf), klären Sie, warum ihr Ereignis nicht angekommen ist. Hat jemand sie von Hand veranlasst, klären Sie, wer und warum: War es ein Irrtum, holen Sie sie bei Stripe zurück; wurde damit gezahlt, was dem Urheber zusteht, passen Sie den Saldo des Urhebers um den Betrag an. Erkennen Sie danach die Abweichung an.',
  },
  charge_stands: {
    cure: 'Der Verkauf ist in unseren Büchern ungültig, und der Käufer hat ihn bezahlt. Soll er ungültig bleiben, erstatten Sie dem Käufer das Geld bei Stripe, und erkennen Sie diese Abweichung und die der Rückerstattung an; wurde er irrtümlich für ungültig erklärt, korrigieren Sie das.',
  },
};
