import type { open as english } from './en.ts';

export const open: typeof english = {
  footer: {
    label: 'Mehr',
    terms: 'Werke und Preise',
    docs: 'Dokumentation',
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
