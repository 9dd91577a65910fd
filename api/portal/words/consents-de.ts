import type { ConsentsWords } from './consents-en.ts';

/** The same in German. */
export const consentsDe: ConsentsWords = {
  menu: 'Einwilligungen',
  title: 'Einwilligungen',
  explain: 'Jede Einwilligung erlaubt eine Nutzung eines Werks für KI. Ihr Beleg weist sie nach.',
  none: 'Es gibt noch keine Einwilligungen.',
  receipt: 'Beleg',
  use: 'Erlaubte Nutzung',
  uses: {
    'ai-train': 'Training von KI',
    'ai-input': 'Eingabe für Antworten von KI',
    'ai-index': 'Index für KI',
    search: 'Suche',
  },
  granted: 'Erteilt',
  inForce: 'gültig',
  revoked: (at) => `widerrufen, ${at}`,
  transferred: 'das Werk wurde übertragen',
  hash: 'SHA-256 des Belegs',
  revokeTitle: 'Diese Einwilligung widerrufen',
  effect: {
    continue:
      'Von jetzt an wird das Werk aufgrund dieser Einwilligung weder verkauft noch genutzt. Zuvor verkaufte Lizenzen bleiben gültig, und zuvor begonnene Abonnements werden verlängert; was sie einbringen, wird Ihnen gezahlt. Ein Widerruf lässt sich nicht zurücknehmen: Eine neue Einwilligung hat einen neuen Beleg.',
    end: 'Von jetzt an wird das Werk aufgrund dieser Einwilligung weder verkauft noch genutzt. Zuvor verkaufte Lizenzen bleiben gültig, Abonnements werden aber nicht verlängert. Ein Widerruf lässt sich nicht zurücknehmen: Eine neue Einwilligung hat einen neuen Beleg.',
  },
  confirm: 'Ich widerrufe diese Einwilligung endgültig',
  act: 'Widerrufen',
  unconfirmed: 'Die Einwilligung wurde nicht widerrufen: Markieren Sie das Feld, das es bestätigt.',
  done: 'Die Einwilligung ist widerrufen.',
  owner: 'Das Werk wurde übertragen; nur wem es jetzt gehört, kann diese Einwilligung widerrufen.',
  asset: {
    overTime: (currency) => `Erträge nach Monaten in ${currency}`,
    none: 'Dieses Werk hat in den letzten zwölf Monaten nichts eingebracht.',
    sales: 'Verkäufe und Nutzungen jedes Monats stehen auf dessen Abrechnungen.',
    terms: 'Konditionen',
  },
};
