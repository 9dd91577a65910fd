import { lastFourOf } from '../../../warehouse/ids.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { FORMATS_OF } from '../format.ts';
import { CORRECTED_IN_GERMAN, codeInGerman, LICENSES_IN_GERMAN } from './de-codes.ts';
import { DE_TAX } from './de-tax.ts';
import type { EN } from './en.ts';

const { digits } = FORMATS_OF.de;
const counted = (count: string, [one, many]: readonly [string, string]): string =>
  `${digits(count)} ${count === '1' ? one : many}`;
const shareOf = (share: string | null): string => (share === null ? 'Ihr Anteil' : `Ihr Anteil von ${share}`);
const changeOf = (amount: string, isDeducted: boolean): string =>
  isDeducted ? `werden ${amount} von Ihrem Saldo abgezogen` : `werden Ihrem Saldo ${amount} gutgeschrieben`;

type Notice = Parameters<typeof EN.notices.held>[0];
const whose = ({ month }: Notice): string => (month === null ? 'Auszahlung' : `Auszahlung für ${month}`);
const because = ({ why }: Notice): string => why && ` Grund: ${why}.`;
const seeAccount = ({ account }: Notice): string =>
  account && lastFourOf(account) === undefined ? ` Näheres finden Sie in Ihrem Stripe-Konto ${account}.` : '';

/** `Stripe-Konto acct_1`, or `Bankkonto mit der Endung 3000`. */
const accountInWords = (account: string): string => {
  const atBank = lastFourOf(account);
  if (atBank === undefined) return `Stripe-Konto ${account}`;
  return atBank.lastFour === null ? 'Bankkonto' : `Bankkonto mit der Endung ${atBank.lastFour}`;
};

/** All that statements say in German: the terms of German accounting, and the polite form of address. */
export const DE: typeof EN = {
  title: 'Lizenzabrechnung',
  titleOf: (month) => `Lizenzabrechnung für ${month}`,
  attached: { json: 'Diese Abrechnung als JSON', csv: 'Die Beträge dieser Abrechnung als eine Tabelle' },
  foot: (seal) => `Siegel des Hauptbuchs: ${seal}…`,
  details: {
    statement: 'Abrechnung',
    issuedOn: 'Datum',
    currency: 'Währung',
    creator: 'Urheber',
    country: 'Land',
  },
  issuer: {
    taxId: (id) => `Steuernummer ${id}`,
    vatId: (id) => `USt-IdNr. ${id}`,
    logo: (name) => `Logo von ${name}`,
  },

  summary: {
    title: (currency) => `Übersicht in ${currency}`,
    opening: 'Anfangssaldo',
    earnings: 'Lizenzerlöse',
    refunds: 'Rückerstattungen',
    adjustments: 'Korrekturen',
    taxWithheld: 'Steuerabzug',
    payouts: 'Auszahlungen',
    payoutReversals: 'Zurückgebucht',
    closing: 'Schlusssaldo',
  },
  decision: {
    title: 'Ihre Auszahlung',
    payableNow: 'Jetzt auszahlbar',
    held: (sum) =>
      `Einbehalt wegen einer offenen Zahlungsanfechtung oder einer noch unbestätigten Zahlung oder Auszahlung: ${sum}`,
  },
  chart: {
    title: (currency) => `Lizenzerlöse nach Werk in ${currency}`,
    others: (count) => `${digits(count)} weitere`,
    alternative: (bars) =>
      `Balkendiagramm der Lizenzerlöse nach Werk. ${bars.map(([label, sum]) => `${label}: ${sum}.`).join(' ')}`,
  },

  lines: {
    title: 'Einzelne Positionen',
    none: 'In diesem Zeitraum gab es keine Verkäufe, Nutzungen, Rückerstattungen oder Korrekturen.',
    asset: 'Werk',
    units: 'Einheiten',
    gross: 'Brutto',
    fee: 'Plattformgebühr',
    share: 'Ihr Anteil',
    amount: 'Betrag',
    groups: { earning: 'Lizenzerlöse', refund: 'Rückerstattungen', adjustment: 'Korrekturen' },
    totals: {
      earning: 'Summe der Lizenzerlöse',
      refund: 'Summe der Rückerstattungen',
      adjustment: 'Summe der Korrekturen',
    },
    balanceAdjustment: 'Anpassung Ihres Saldos',
    earnedIn: (month) => `entstanden im ${month}`,
    correction: (id) => `Korrektur ${id}`,
    correctionOf: (what) => `Korrektur zu ${what}`,
    licenses: LICENSES_IN_GERMAN,
    counts: {
      one_time: (count) => counted(count, ['Kauf', 'Käufe']),
      subscription: (count) => counted(count, ['Zahlung', 'Zahlungen']),
      metered: (count) => counted(count, ['Nutzung', 'Nutzungen']),
      refund: (count) => counted(count, ['Rückerstattung', 'Rückerstattungen']),
      adjustment: (count) => counted(count, ['verlorene Zahlungsanfechtung', 'verlorene Zahlungsanfechtungen']),
    },
    zero: (count, zero) => `${digits(count)} Positionen über ${zero}`,
    zeroNote: (exact) =>
      `Jede ist zu klein, um einzeln gebucht zu werden; zusammen ergeben sie genau ${exact}. Die beigefügten Dateien führen jede einzeln auf.`,
    further: (count) => counted(count, ['weitere Position', 'weitere Positionen']),
    furtherNote: (pages) =>
      `Damit diese Datei höchstens ${counted(pages, ['Seite', 'Seiten'])} mit Positionen hat, stehen sie nur in den beigefügten Dateien.`,
    movement: (sale, by, id) => `${sale} (${by === 'refund' ? 'Rückerstattung' : 'Zahlungsanfechtung'} ${id})`,
    sales: (names, more) =>
      `${names.length === 1 && more === '0' ? 'Verkauf' : 'Verkäufe'} ${names.join(', ')}${
        more === '0' ? '' : ` und ${digits(more)} weitere, die in den beigefügten Dateien stehen`
      }.`,
  },
  corrected: (kind) =>
    requirePresent(
      (CORRECTED_IN_GERMAN as Readonly<Record<string, string>>)[kind],
      `The correction of a ${kind} must have a German word.`,
    ),

  payouts: {
    title: (currency) => `Auszahlungen im Zeitraum in ${currency}`,
    reversedTitle: (currency) => `Im Zeitraum zurückgebuchte Auszahlungen in ${currency}`,
    noticesTitle: (currency) => `Weitere Auszahlungen seit der letzten Abrechnung in ${currency}`,
    sentOn: 'Angewiesen am',
    reversedOn: 'Zurückgebucht am',
    balanceOf: 'Saldo aus',
    payout: 'Auszahlung',
    transfer: 'Überweisung',
    reversal: 'Rückbuchung',
    on: 'Datum',
    whatBecame: 'Verbleib',
    total: 'Summe',
    totalReversed: 'Summe',
  },

  guide: {
    title: 'Hinweise zu dieser Abrechnung',
    terms:
      '„Brutto“ ist der Betrag vor Abzug der Plattformgebühr. Der Satz unter jeder Position zeigt, wie Ihr Betrag berechnet ist.',
    finer: (currency) => `Graue Ziffern sind Bruchteile der kleinsten auszahlbaren Einheit in ${currency}.`,
    carried: ({ carriedIn, exact, booked, carriedOut }) =>
      `Bruchteile, die zu klein für eine Auszahlung sind, gehen nicht verloren: Sie werden vorgetragen. Aus früheren Abrechnungen wurden ${carriedIn} ` +
      `vorgetragen; die Positionen ergeben zusammen genau ${exact}. Davon sind ${booked} in dieser Abrechnung gebucht, ` +
      `und ${carriedOut} werden auf die nächste vorgetragen.`,
    files: (names) =>
      `Für Ihre eigenen Berechnungen sind dieser Datei die genauen Beträge beigefügt: ${names.join(' und ')}.`,
    sealed: (seal) =>
      `Die Bücher dieses Zeitraums sind abgeschlossen. Was später erfasst wird, erscheint in einer späteren Abrechnung. Siegel des Hauptbuchs (SHA-256): ${seal}`,
    lacking: (sign) =>
      `${sign} steht für Zeichen, die in keiner Schrift dieser Datei enthalten sind. Die beigefügten Dateien enthalten den vollen Text.`,
  },

  formula: {
    sources: {
      'earning one_time': (count) => `den Zahlungen für ${counted(count, ['Lizenz', 'Lizenzen'])}`,
      'earning subscription': (count) => counted(count, ['Abonnementzahlung', 'Abonnementzahlungen']),
      'earning metered': (count) => `den Zahlungen für ${counted(count, ['Nutzung', 'Nutzungen'])}`,
      refund: (count) => `${counted(count, ['Rückerstattung', 'Rückerstattungen'])} an Käufer`,
      adjustment: (count) =>
        `den Rückzahlungen aus ${counted(count, ['verlorenen Zahlungsanfechtung', 'verlorenen Zahlungsanfechtungen'])}`,
    },
    units: (units, rate) => (units === '1' ? ` (1 Einheit zu ${rate})` : ` (${units} Einheiten zu je ${rate})`),
    line: ({ share, source, gross, feeRate, fee, amount, isEarning }) =>
      `${shareOf(share)} an ${source} beträgt ${gross}; nach Abzug der Plattformgebühr von ${feeRate} (${fee}) ${
        isEarning ? `erhalten Sie ${amount}` : changeOf(amount, true)
      }.`,
    balanceAdjustment: ({ reason, amount, isDeducted }) =>
      `Anpassung Ihres Saldos: ${reason} Dafür ${changeOf(amount, isDeducted)}.`,
    correction: ({ what, month, reason, share, gross, feeRate, fee, amount, isDeducted }) =>
      `Korrektur zu ${what}, entstanden im ${month}: ${reason} ${shareOf(share)} an der Differenz beträgt ${gross}; ` +
      `nach Abzug der Plattformgebühr von ${feeRate} (${fee}) ${changeOf(amount, isDeducted)}.`,
  },

  reversed: (month, sum) =>
    `Auszahlung für ${month} zurückgebucht: ${sum} sind an uns zurückgeflossen und stehen Ihnen wieder zu.`,
  notices: {
    held: (of) => `${whose(of)} zurückgestellt: ${of.sum} wurden noch nicht angewiesen.${because(of)}`,
    failed: (of) =>
      `${whose(of)} fehlgeschlagen: ${of.sum} wurden nicht angewiesen und stehen Ihnen weiterhin zu.${because(of)}`,
    cancelled: (of) =>
      `${whose(of)} storniert: ${of.sum} wurden nicht angewiesen und stehen Ihnen weiterhin zu.${because(of)}`,
    bank_failed: (of) => `Ihre Bank hat die Auszahlung über ${of.sum} zurückgegeben.${because(of)}${seeAccount(of)}`,
    bank_returned: (of) => `Ihre Bank hat die Auszahlung über ${of.sum} zurückgegeben.${because(of)}${seeAccount(of)}`,
    bank_canceled: (of) => `Die Auszahlung über ${of.sum} an Ihre Bank wurde storniert.${seeAccount(of)}`,
    bank_reversed: (of) => `Die Auszahlung über ${of.sum} an Ihre Bank wurde zurückgebucht.${seeAccount(of)}`,
  },
  reasons: {
    period_closed: 'Sie wurde nicht vor dem Abschluss des Folgemonats angewiesen',
    break_open: 'Eine Abweichung gegenüber Stripe bei diesem Betrag wird geprüft',
    frozen_by_dispute: 'Ein Käufer hat eine Zahlung angefochten, aus der Ihre Lizenzerlöse stammen',
    dispute_open: 'Ein Käufer hat eine Zahlung angefochten, aus der Ihre Lizenzerlöse stammen',
    by_finance: 'Der Marktplatz prüft den Vorgang',
    to_be_cancelled: 'Der Marktplatz prüft den Vorgang',
    refused: 'Stripe hat sie nicht angenommen; der Marktplatz prüft den Vorgang',
    changed_after_approval: 'Der Marktplatz prüft den Vorgang',
    above_limit: 'Der Betrag wird geprüft',
    balance_changed: 'Der Betrag wird geprüft',
    paid_since_closing: 'Sie wurden seit der Abrechnung bereits bezahlt',
    balance_insufficient: 'Das Geld dafür ist bei Stripe noch nicht eingegangen',
    currency_not_held: 'Der Marktplatz hat bei Stripe kein Guthaben in dieser Währung',
    transfer_repeated: 'Es wird geprüft, ob Sie bereits bezahlt wurden',
    transfer_differs: 'Es wird geprüft, ob Sie bereits bezahlt wurden',
    identity_not_verified: 'Ihre Identität ist nicht bestätigt',
    payout_account_missing: 'Sie haben kein Stripe-Konto verbunden',
    payout_account_not_active: 'Ihr Stripe-Konto kann keine Überweisungen empfangen',
    payout_account_changed: 'Ihr Stripe-Konto wurde vor Kurzem geändert',
    payout_account_of_another: 'Es ist nicht bekannt, dass das Stripe-Konto Ihnen gehört',
    payout_account_rejected: 'Stripe hat Ihr Konto abgelehnt',
    payout_account_under_review: 'Stripe prüft Ihr Konto',
    below_stripe_minimum: 'Sie liegt unter dem kleinsten Betrag, den Stripe an eine Bank in Ihrem Land auszahlt',
    insufficient_capabilities_for_transfer: 'Ihr Stripe-Konto kann keine Überweisungen empfangen',
    account_closed: 'Das Bankkonto ist geschlossen',
    no_account: 'Dieses Bankkonto gibt es nicht',
    account_frozen: 'Das Bankkonto ist gesperrt',
    could_not_process: 'Die Bank konnte sie nicht ausführen',
    invalid_account_number: 'Die Kontonummer ist ungültig',
    incorrect_account_holder_name: 'Der Name des Kontoinhabers stimmt nicht',
    debit_not_authorized: 'Das Bankkonto lässt keine Lastschriften zu',
    not_transferred: 'Die Überweisung wurde nicht ausgeführt',
  },
  bankReasons: {
    refused: 'Die Bank hat sie nicht angenommen; der Marktplatz prüft den Vorgang',
    payout_account_missing: 'Uns liegt kein Bankkonto von Ihnen vor',
    payout_account_not_active: 'Ihr Bankkonto kann keine Zahlungen empfangen',
    payout_account_changed: 'Ihr Bankkonto wurde vor Kurzem geändert',
    payout_account_of_another: 'Es ist nicht bekannt, dass das Bankkonto Ihnen gehört',
    payout_account_rejected: 'Die Bank hat Ihr Konto abgelehnt',
    break_open: 'Eine Abweichung bei diesem Betrag wird geprüft',
    balance_insufficient: 'Das Geld dafür ist noch nicht eingegangen',
    currency_not_held: 'Der Marktplatz hat kein Guthaben in dieser Währung',
    payout_account_under_review: 'Ihr Bankkonto wird geprüft',
    below_stripe_minimum: 'Sie liegt unter dem kleinsten Betrag, der an eine Bank in Ihrem Land ausgezahlt wird',
    insufficient_capabilities_for_transfer: 'Ihr Bankkonto kann keine Zahlungen empfangen',
  },
  payout: {
    payable: ({ sum, account }) => `${sum} werden auf Ihr ${accountInWords(account)} überwiesen.`,
    nothing_owed: () => 'Es besteht kein Guthaben, das auszuzahlen wäre.',
    negative_balance: () =>
      'Ihre Rückerstattungen und verlorenen Zahlungsanfechtungen übersteigen Ihre Lizenzerlöse. Der Fehlbetrag wird vorgetragen und mit Ihren nächsten Lizenzerlösen verrechnet.',
    frozen_by_dispute: () =>
      'Solange eine Zahlungsanfechtung eines Käufers offen ist, die Ihre Lizenzerlöse betrifft, wird nichts ausgezahlt.',
    payout_unconfirmed: () =>
      'Es wird nichts ausgezahlt, bis feststeht, ob eine frühere Auszahlung an Sie ausgeführt wurde. Sie müssen nichts tun.',
    charge_unconfirmed: () =>
      'Es wird nichts ausgezahlt, bis die Zahlungen der Käufer für Ihre Lizenzerlöse bestätigt sind.',
    below_minimum: ({ minimum }) =>
      `Der auszahlbare Betrag liegt unter dem Mindestbetrag von ${minimum}. Ihr Saldo wird vorgetragen.`,
    below_stripe_minimum: ({ minimum }) =>
      `Der auszahlbare Betrag liegt unter ${minimum}, dem kleinsten Betrag, den Stripe an eine Bank in Ihrem Land auszahlt. Ihr Saldo wird vorgetragen.`,
    identity_not_verified: () => 'Ihre Identität ist noch nicht bestätigt. Bis dahin wird Ihr Saldo vorgetragen.',
    payout_account_missing: () => 'Sie haben noch kein Stripe-Konto verbunden. Bis dahin wird Ihr Saldo vorgetragen.',
    payout_account_not_active: ({ account }) =>
      `Ihr ${accountInWords(account)} kann derzeit keine Überweisungen empfangen. Bis dahin wird Ihr Saldo vorgetragen.`,
  },
  paidAhead: (sum) => `${sum} des Saldos wurden bereits vor dieser Abrechnung ausgezahlt.`,

  tax: DE_TAX,

  code: codeInGerman,
};
