import type { open as english } from './en.ts';

export const open: typeof english = {
  footer: {
    label: 'Mehr',
    terms: 'Werke und Preise',
    docs: 'Dokumentation',
    figures: 'Zahlen',
    status: 'Status',
  },
  landing: {
    welcome: (name) =>
      `${name} lizenziert die Werke von Urhebern an Entwickler von KI und bezahlt die Urheber für jede Lizenz und jede Nutzung.`,
    creators: 'Für Urheber',
    forCreators:
      'Sehen Sie, was Ihre Werke verdient haben, wie jeder Betrag berechnet ist und wann er ausgezahlt wird.',
    developers: 'Für Entwickler',
    forDevelopers: 'Die API, die Ereignisse, die Dienste senden, und wie man eine Abrechnung prüft.',
    forBuyers: 'Was lizenziert werden kann, zu welchem Preis und für welche Nutzungen.',
    figuresText: 'Was Urheber zusammen verdient haben, Monat für Monat.',
    statusText: 'Ob Ereignisse angenommen und Monate abgeschlossen werden.',
    look: 'Ansehen',
  },
  terms: {
    title: 'Werke und Preise',
    explain:
      'Preise verstehen sich ohne Steuer. Erlaubt sind die Nutzungen, denen der Inhaber eines Werks zugestimmt hat.',
    none: 'Es wird kein Werk angeboten.',
    asset: 'Werk',
    prices: 'Lizenzen und Preise',
    rights: 'Erlaubte Nutzungen',
    noRights: 'keine genannt',
    since: (at) => `seit ${at}`,
    uses: {
      'ai-train': 'Training von KI',
      'ai-input': 'Eingabe von KI',
      'ai-index': 'Index für KI',
      search: 'Suche',
    },
  },
  figures: {
    title: 'Zahlen',
    explain:
      'Was Urheber in abgeschlossenen Monaten verdient haben, abzüglich Zurückgenommenem. Summen, aus denen sich die Vergütung eines einzelnen Urhebers errechnen ließe, stehen zusammen oder gar nicht hier; die Zahl der Urheber ist absichtlich ungenau.',
    none: 'Es gibt noch keine Zahlen.',
    creators: (count) => `Etwa ${count} Urheber ${count === 1 ? 'hat' : 'haben'} etwas verdient.`,
    licence: 'Lizenz',
    royalties: 'Vergütungen',
    other: 'Sonstige',
    noSums: 'Aus diesem Monat kann keine Summe gezeigt werden.',
    merged: (currency, licences) => `In „Sonstige“ in ${currency}, falls etwas verdient wurde: ${licences}.`,
  },
  status: {
    title: 'Status',
    events: 'Ereignisse',
    accepted: 'werden angenommen',
    refused: 'werden gerade nicht angenommen',
    jobs: 'Geplante Arbeit',
    onTime: 'pünktlich',
    late: 'verspätet',
    lastMonth: 'Zuletzt abgeschlossener Monat',
    noMonth: 'noch keiner',
    checked: (at) => `Geprüft am ${at}.`,
  },
};
