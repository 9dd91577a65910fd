import { FORM_TITLES } from '../../../reports/tax/words.ts';
import type { TaxActsWords } from './tax-acts-en.ts';

/** The same in German. */
export const taxActsDe: TaxActsWords = {
  file: 'Ein Formular abgeben',
  fileExplain:
    'Speichert, was das Finanzamt bekommt, und eine Kopie für jeden Urheber, bei dem sich etwas geändert hat. Die erste Abgabe enthält alles, eine spätere nur Änderungen. Laden Sie das Archiv herunter, und geben Sie es selbst an die Behörde.',
  because: 'Warum sich etwas Abgegebenes ändert',
  accepted: 'Urheber, deren Profil von nach dem Jahr oder der Abgabe zählt, nach ID',
  refused: 'Nummer der Abgabe, die die Behörde als Ganzes abgelehnt hat: Diese tritt an ihre Stelle',
  payerCorrected:
    'Der IRS weiß, dass der Zahler der letzten Abgabe falsch war; sagen Sie oben, wann und wie er es erfuhr',
  forms: { ...FORM_TITLES, generic: 'alle Urheber' },
  optional: 'freiwillig',
  fileAct: 'Abgeben',
  filed: 'Das Formular ist abgegeben. Sein Archiv steht oben bei den Formularen.',
  unchanged: 'Seit der letzten Abgabe hat sich nichts geändert; nichts wurde gespeichert.',
  waiting:
    'Diese Urheber haben ein Profil angegeben, das nicht verwendet wurde. Entscheiden Sie über jedes: Um es zu verwenden, geben Sie mit seiner ID erneut ab.',
  openings: {
    title: 'Die Nummern aller Urheber öffnen',
    explain:
      'Ein Formular mit Steuernummern sieht und gibt eine Person erst ab, wenn eine andere es freigegeben hat. Eine Anfrage kann drei Tage lang freigegeben werden; wer sie gestellt hat, kann das Formular dann einen Tag lang ansehen und abgeben.',
    none: 'Niemand hat ein Formular dieses Jahres angefragt.',
    requested: 'Angefragt von',
    released: 'Freigegeben von',
    states: { requested: 'wartet auf Freigabe', released: 'freigegeben', lapsed: 'verfallen' },
    own: 'Jemand anderes muss sie freigeben.',
    releaseAct: 'Freigeben',
    openAct: 'Anfragen',
    requestedDone: 'Es ist angefragt. Jemand anderes muss es innerhalb von drei Tagen freigeben.',
    releasedDone: 'Es ist freigegeben. Wer es angefragt hat, kann das Formular einen Tag lang ansehen und abgeben.',
    needed: 'nach Freigabe',
  },
  payers: {
    title: 'Urheber anderer zahlender Gesellschaften',
    payer: 'Zahlende Gesellschaft',
    explain:
      'Jede zahlende Gesellschaft der Steuerdatei hat eigene Formulare, Nummern der Meldungen und Schwellen. Wer hier nicht steht, gehört zu der Gesellschaft, mit der die Steuerdatei beginnt. Ein Urheber gehört in einem Kalenderjahr zu einer Gesellschaft. Steuer wird einbehalten, wie unten für die Gesellschaft festgelegt ist; ohne eigene Festlegung gilt die der ersten Gesellschaft, wenn sie im selben Land ist, sonst wird nichts einbehalten. Bankdateien zahlen vom Konto der Gesellschaft, Stripe immer von dem einen Konto der Plattform.',
    none: 'Alle Urheber gehören zu der Gesellschaft, mit der die Steuerdatei beginnt.',
    firstYear: 'Von diesem Jahr an',
    creators: 'Urheber, nach ID',
    act: 'Gesellschaft zuweisen',
  },
  missing: 'Urheber ohne gültiges W-9 oder W-8',
  expiring: 'Formulare, die abgelaufen sind oder in 90 Tagen ablaufen',
  validUntil: 'Gültig bis',
  settings: 'Was einbehalten wird, und ab wann',
  settingsNone: 'Es wird keine Steuer einbehalten.',
  settingsAct: 'Festlegen',
  validFrom: 'Ab den Gutschriften dieses Tages',
  payerCountry: 'Nach dem Recht von',
  undocumented: 'Von Urhebern ohne gültiges Formular',
  treatments: {
    as_foreign: 'wie von jemandem im Ausland',
    as_unidentified: 'wie von Ansässigen ohne Nummer',
    not_withheld: 'nichts',
  },
  backup: 'Backup Withholding',
  backupExplain: 'Der IRS teilt mit, bei wem es beginnt oder endet.',
  backupState: 'Es ist',
  on: 'an',
  off: 'aus',
  backupAct: 'Setzen',
};
