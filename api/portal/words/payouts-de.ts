import type { PayoutsWords } from './payouts-en.ts';

/** The same in German. */
export const payoutsDe: PayoutsWords = {
  override: {
    title: 'Ohne neuen Abgleich auszahlen',
    explain:
      'Auszahlungen werden nur nach einem vollständigen, ausreichend neuen Abgleich mit Stripe geplant und gesendet. Mit Ihrer Begründung darf der noch nicht gesendete Stapel, sonst der nächste, ohne ihn ausgezahlt werden. Was Abweichungen zurückhalten, bleibt zurückgehalten.',
    act: 'Auf den Abgleich verzichten',
    done: 'Für diesen Stapel wird auf den Abgleich verzichtet.',
  },
  outcomes: {
    some: 'Nicht jede Auszahlung ließ sich ändern:',
    changed: 'jetzt:',
  },
  reverse: {
    title: 'Eine Auszahlung zurückholen',
    explain:
      'Die ganze gesendete Auszahlung wird vom Konto des Urhebers bei Stripe zurückgeholt, einmal. Ihr Betrag wird wieder geschuldet. Was mit einer Bankdatei bezahlt wurde, wird bei der Bank zurückgerufen.',
    which: 'Gesendete Auszahlung',
    confirm: 'Diese Auszahlung ganz zurückholen',
    act: 'Zurückholen',
    done: 'Die Auszahlung ist zurückgeholt. Die Bücher zeigen das nach dem nächsten Laden der Ereignisse; der Betrag wird wieder geschuldet.',
    unconfirmed: 'Die Auszahlung wurde nicht zurückgeholt: Markieren Sie das Feld, das es bestätigt.',
  },
  transfer: 'Überweisung oder Referenz der Bank',
  file: 'Bankdatei',
  earlier: (sequence) => `Stapel ${sequence} dieses Monats`,
  bank: {
    menu: 'Bankdateien',
    title: 'Bankdateien',
    explain:
      'Urheber ohne Konto bei Stripe werden mit Dateien für die Bank bezahlt. Exportieren Sie eine Datei, geben Sie sie der Bank einmal, und lesen Sie hier ein, was die Bank antwortet.',
    lookAt: 'Anzusehen',
    files: 'Dateien',
    none: 'Es gibt noch keine Bankdateien.',
    file: 'Datei',
    open: 'Noch nicht bestätigt',
    states: 'Stand ihrer Auszahlungen',
    resolved: { taken: 'angenommen, laut einer Person', never_taken: 'nie angenommen, laut einer Person' },
    export: 'Exportieren',
    exportExplain:
      'Sperrt die freigegebenen Auszahlungen eines Monats in einer Datei für die Bank, jede einmal. Ein wiederholter Export gibt dieselben Dateien aus.',
    period: 'Monat, wie 2026-01',
    rail: 'Art der Datei',
    rails: { sepa: 'SEPA-Überweisungen (pain.001)', ach: 'ACH (NACHA)' },
    executionOn: 'Tag der Zahlung (freiwillig)',
    exported: 'Die Datei ist exportiert; laden Sie sie unten herunter.',
    nothingExported: 'Nichts wurde exportiert: Der Monat hat keine freigegebenen Auszahlungen dieser Art.',
    answer: 'Antwort der Bank einlesen',
    answerExplain:
      'Eine Datei pain.002, camt.053 oder mit ACH-Rückgaben. Jede Antwort zählt einmal, so oft sie auch eingelesen wird.',
    answerFile: 'Datei der Bank',
    answerAct: 'Datei einlesen',
    answered: 'Die Antwort ist eingelesen:',
    counts: {
      applied: 'Antworten, die eine Auszahlung geändert haben',
      unchanged: 'Antworten, die nichts geändert haben',
      repeated: 'Antworten, die schon eingelesen waren',
      for_person: 'Antworten, die jemand ansehen muss',
    },
    resolve: 'Wenn keine Antwort kommt',
    resolveExplain:
      'Sagen Sie, was aus einer Datei wurde, zu der die Bank keine Antwort gibt. Das muss eine andere Person tun als die, die sie exportiert hat, und einmal je Datei.',
    outcome: 'Was daraus wurde',
    outcomes: {
      taken: 'Die Bank hat sie angenommen: Ihre offenen Auszahlungen sind gesendet',
      never_taken: 'Die Bank hat sie nie angenommen: Ihre Auszahlungen werden wieder geschuldet',
    },
    resolveAct: 'Festhalten',
    resolveDone: 'Es ist festgehalten, was aus der Datei wurde.',
    statements: 'Kontoauszüge der Bank',
    statement: 'Auszug',
    opening: 'Anfang',
    ours: 'Unsere Auszahlungen',
    others: 'Anderes',
    closing: 'Ende',
  },
};
