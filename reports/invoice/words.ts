import type { Locale } from '../statement/format.ts';
import type { InvoiceKind } from './invoice.ts';

/** The date of EN 16931 (rules 1.3.16), Factur-X 1.0.08 and Directive 2006/112/EC as they are followed here. */
export const RULE_SET_ON = '2026-11-26';

/** What an invoice says in a language. */
export interface InvoiceWords {
  readonly titles: Readonly<Record<InvoiceKind, string>>;
  /** Printed on every invoice. */
  readonly notice: string;
  readonly rulesAsOf: (day: string) => string;
  /** Article 226(10a) of Directive 2006/112/EC: the words of its language versions. */
  readonly selfBilling: string;
  /** Article 226(11a). */
  readonly reverseCharge: string;
  readonly buysLicences: string;
  readonly taxChosen: (chosen: {
    readonly what: string;
    readonly country: string;
    readonly source: string;
    readonly checked: string;
    readonly decided: string;
  }) => string;
  readonly cancels: (number: string, day: string) => string;
  readonly creditedBy: (number: string) => string;
  readonly royalties: string;
  readonly correction: (id: string) => string;
  readonly meteredUse: (month: string) => string;
  readonly reference: (id: string) => string;
  readonly paidBy: (charge: string) => string;
  readonly head: (title: string, supplier: string) => string;
  readonly number: string;
  readonly issuedOn: string;
  readonly currency: string;
  readonly reduces: string;
  readonly of: (number: string, day: string) => string;
  readonly supplier: string;
  readonly customer: string;
  readonly vatId: string;
  readonly taxNumber: string;
  readonly registration: string;
  readonly ourId: string;
  readonly lines: (currency: string) => string;
  readonly columns: readonly [no: string, item: string, quantity: string, price: string, tax: string, net: string];
  readonly tax: string;
  readonly taxColumns: readonly [tax: string, reason: string, base: string, amount: string];
  readonly sums: {
    readonly net: string;
    readonly tax: string;
    readonly gross: string;
    readonly paid: string;
    readonly credited: (currency: string) => string;
    readonly due: (currency: string) => string;
  };
  readonly notes: string;
  readonly about: string;
  readonly attached: (cii: string, ubl: string) => string;
}

const EN: InvoiceWords = {
  titles: {
    invoice: 'Invoice',
    credit_note: 'Credit note',
    self_billed_invoice: 'Self-billing invoice',
    self_billed_credit_note: 'Self-billing credit note',
  },
  notice:
    'Follows EN 16931 without the additions of any country. Whether it may be used as an invoice, and which tax it shows, is for the operator to decide.',
  rulesAsOf: (day) => `Rules as of ${day}.`,
  selfBilling: 'Self-billing',
  reverseCharge: 'Reverse charge',
  buysLicences: 'Chosen by the issuer: it buys licences from creators and sells them in its own name.',
  taxChosen: ({ what, country, source, checked, decided }) =>
    `Chosen by the issuer: tax ${what} for ${country}, by ${source}, checked on ${checked}. Invoice file decided on ${decided}.`,
  cancels: (number, day) => `Cancels ${number} of ${day}.`,
  creditedBy: (number) => `Credited already by ${number}`,
  royalties: 'Royalties',
  correction: (id) => `correction ${id}`,
  meteredUse: (month) => `Metered use in ${month}`,
  reference: (id) => `Reference ${id}`,
  paidBy: (charge) => `Paid by the charge ${charge}.`,
  head: (title, supplier) => `${title} of ${supplier}`,
  ...{ number: 'Number', issuedOn: 'Issued on', currency: 'Currency', reduces: 'Reduces' },
  of: (number, day) => `${number} of ${day}`,
  ...{ supplier: 'Supplier', customer: 'Customer' },
  ...{ vatId: 'VAT id', taxNumber: 'Tax number', registration: 'Registration', ourId: 'Our id' },
  lines: (currency) => `Lines in ${currency}, without tax`,
  columns: ['No.', 'Item', 'Quantity', 'Price', 'Tax', 'Net'],
  tax: 'Value added tax',
  taxColumns: ['Tax', 'Reason', 'On', 'Amount'],
  sums: {
    ...{ net: 'Total without tax', tax: 'Value added tax', gross: 'Total with tax', paid: 'Already paid' },
    credited: (currency) => `Credited in ${currency}`,
    due: (currency) => `Due in ${currency}`,
  },
  notes: 'Notes',
  about: 'About this document',
  attached: (cii, ubl) => `Attached: ${cii} (CII) and ${ubl} (UBL 2.1), with the same figures.`,
};

/** German law calls a self-billing invoice `Gutschrift` (UStG § 14 (2) and (4) no. 10), so what reduces one is not called so. */
const DE: InvoiceWords = {
  titles: {
    invoice: 'Rechnung',
    credit_note: 'Rechnungskorrektur',
    self_billed_invoice: 'Gutschrift',
    self_billed_credit_note: 'Korrektur einer Gutschrift',
  },
  notice:
    'Nach EN 16931 ohne die Zusätze einzelner Länder. Ob dies als Rechnung verwendet werden darf und welche Steuer es ausweist, entscheidet der Betreiber.',
  rulesAsOf: (day) => `Stand der Regeln: ${day}.`,
  selfBilling: 'Gutschrift',
  reverseCharge: 'Steuerschuldnerschaft des Leistungsempfängers',
  buysLicences: 'Vom Aussteller gewählt: Er kauft Lizenzen von Urhebern und verkauft sie im eigenen Namen.',
  taxChosen: ({ what, country, source, checked, decided }) =>
    `Vom Aussteller gewählt: Steuer ${what} für ${country}, nach ${source}, geprüft am ${checked}. Stand der Rechnungsdatei: ${decided}.`,
  cancels: (number, day) => `Storniert ${number} vom ${day}.`,
  creditedBy: (number) => `Bereits gemindert durch ${number}`,
  royalties: 'Lizenzvergütung',
  correction: (id) => `Korrektur ${id}`,
  meteredUse: (month) => `Gemessene Nutzung im ${month}`,
  reference: (id) => `Referenz ${id}`,
  paidBy: (charge) => `Bezahlt mit der Zahlung ${charge}.`,
  head: (title, supplier) => `${title}, ${supplier}`,
  ...{ number: 'Nummer', issuedOn: 'Ausgestellt am', currency: 'Währung', reduces: 'Mindert' },
  of: (number, day) => `${number} vom ${day}`,
  ...{ supplier: 'Leistender Unternehmer', customer: 'Leistungsempfänger' },
  ...{ vatId: 'USt-IdNr.', taxNumber: 'Steuernummer', registration: 'Registernummer', ourId: 'Unsere Kennung' },
  lines: (currency) => `Positionen in ${currency}, ohne Steuer`,
  columns: ['Nr.', 'Leistung', 'Menge', 'Preis', 'Steuer', 'Netto'],
  tax: 'Umsatzsteuer',
  taxColumns: ['Steuer', 'Grund', 'Auf', 'Betrag'],
  sums: {
    ...{ net: 'Summe ohne Steuer', tax: 'Umsatzsteuer', gross: 'Summe mit Steuer', paid: 'Bereits bezahlt' },
    credited: (currency) => `Gutgeschrieben in ${currency}`,
    due: (currency) => `Zu zahlen in ${currency}`,
  },
  notes: 'Hinweise',
  about: 'Zu diesem Dokument',
  attached: (cii, ubl) => `Beigefügt: ${cii} (CII) und ${ubl} (UBL 2.1) mit denselben Beträgen.`,
};

export const INVOICE_WORDS: Readonly<Record<Locale, InvoiceWords>> = { en: EN, de: DE };
