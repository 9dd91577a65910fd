import type { Locale } from '../statement/format.ts';

/** The sentences of a seller's copy of a DAC7 report. */
interface CopyWords {
  readonly title: (year: string) => string;
  readonly corrected: string;
  readonly withdrawn: string;
  readonly about: (authority: string) => string;
  readonly operator: string;
  readonly seller: string;
  readonly name: string;
  readonly legalName: string;
  readonly address: string;
  readonly residence: string;
  readonly tin: (country: string) => string;
  readonly noTin: readonly [string, string];
  readonly vatId: string;
  readonly registration: (country: string) => string;
  readonly birthDate: string;
  readonly birthPlace: string;
  readonly account: string;
  readonly holder: string;
  readonly establishments: string;
  readonly sellerId: string;
  readonly record: string;
  readonly fields: readonly [string, string];
  readonly activities: Readonly<Record<'PersonalServices' | 'SaleOfGoods', string>>;
  readonly amounts: (activity: string, currency: string) => string;
  readonly columns: readonly string[];
  readonly consideration: string;
  readonly count: string;
  readonly fees: string;
  readonly taxes: string;
  readonly explanations: readonly string[];
  readonly contact: (address: string) => string;
  readonly again: string;
  readonly gone: string;
  readonly rules: (day: string) => string;
}

const EN: CopyWords = {
  title: (year) => `DAC7 report for ${year}`,
  corrected: 'CORRECTED',
  withdrawn: 'WITHDRAWN',
  about: (authority) =>
    `Your copy of what the operator of the platform reports about you to the tax authority of ${authority} (Directive (EU) 2021/514).`,
  operator: 'Platform operator',
  seller: 'You, as reported',
  name: 'Name',
  legalName: 'Legal name',
  address: 'Address',
  residence: 'Country of residence',
  tin: (country) => `TIN of ${country}`,
  noTin: ['TIN', 'none was given'],
  vatId: 'VAT id',
  registration: (country) => `Business registration number, ${country}`,
  birthDate: 'Date of birth',
  birthPlace: 'Place of birth',
  account: 'Account',
  holder: 'Account holder',
  establishments: 'Permanent establishments',
  sellerId: 'Your id on the platform',
  record: 'Id of the record',
  fields: ['Field', 'Reported'],
  activities: { PersonalServices: 'personal services', SaleOfGoods: 'sale of goods' },
  amounts: (activity, currency) => `Amounts for ${activity}, ${currency}`,
  columns: ['', 'Jan–Mar', 'Apr–Jun', 'Jul–Sep', 'Oct–Dec', 'Year'],
  consideration: 'Consideration',
  count: 'Number of activities',
  fees: 'Fees and commissions withheld',
  taxes: 'Taxes withheld',
  explanations: [
    'The consideration is what was paid or credited to you in the quarter, after the fees of the platform and the taxes that it withheld. Both are listed below it. Amounts are in whole units, as the report has them.',
    'The tax authority may pass the report on to the country where you live. The report replaces no tax return: it does not say what of the consideration is taxable.',
  ],
  contact: (address) => `If something is wrong, write to ${address}. What was reported wrongly is corrected.`,
  again: 'This copy replaces the one for this year that you have.',
  gone: 'What was reported about you for this year is taken back. It was what follows.',
  rules: (day) => `Prepared under the rules as of ${day}. This is information, not tax advice.`,
};

const DE: CopyWords = {
  title: (year) => `DAC7-Meldung für ${year}`,
  corrected: 'KORRIGIERT',
  withdrawn: 'ZURÜCKGENOMMEN',
  about: (authority) =>
    `Ihre Kopie dessen, was der Plattformbetreiber über Sie an die Steuerbehörde meldet: ${authority} (Richtlinie (EU) 2021/514).`,
  operator: 'Plattformbetreiber',
  seller: 'Ihre gemeldeten Daten',
  name: 'Name',
  legalName: 'Firma',
  address: 'Anschrift',
  residence: 'Ansässigkeitsstaat',
  tin: (country) => `Steueridentifikationsnummer, ${country}`,
  noTin: ['Steueridentifikationsnummer', 'keine angegeben'],
  vatId: 'USt-IdNr.',
  registration: (country) => `Registernummer, ${country}`,
  birthDate: 'Geburtsdatum',
  birthPlace: 'Geburtsort',
  account: 'Konto',
  holder: 'Kontoinhaber',
  establishments: 'Betriebsstätten',
  sellerId: 'Ihre Kennung auf der Plattform',
  record: 'Kennung des Datensatzes',
  fields: ['Angabe', 'Gemeldet'],
  activities: { PersonalServices: 'persönliche Dienstleistungen', SaleOfGoods: 'Verkauf von Waren' },
  amounts: (activity, currency) => `Beträge für ${activity}, ${currency}`,
  columns: ['', 'Jan–März', 'Apr–Juni', 'Juli–Sept', 'Okt–Dez', 'Jahr'],
  consideration: 'Vergütung',
  count: 'Anzahl der Tätigkeiten',
  fees: 'Einbehaltene Gebühren und Provisionen',
  taxes: 'Einbehaltene Steuern',
  explanations: [
    'Die Vergütung ist, was Ihnen im Quartal gezahlt oder gutgeschrieben wurde, nach Abzug der Gebühren der Plattform und der Steuern, die sie einbehalten hat. Beides steht darunter. Die Beträge sind in ganzen Einheiten, wie in der Meldung.',
    'Die Steuerbehörde kann die Meldung an den Staat weitergeben, in dem Sie ansässig sind. Die Meldung ersetzt keine Steuererklärung: Sie sagt nicht, was von der Vergütung zu versteuern ist.',
  ],
  contact: (address) =>
    `Wenn etwas nicht stimmt, schreiben Sie an ${address}. Was falsch gemeldet wurde, wird berichtigt.`,
  again: 'Diese Kopie ersetzt die Kopie für dieses Jahr, die Sie haben.',
  gone: 'Was für dieses Jahr über Sie gemeldet wurde, wird zurückgenommen. Es waren diese Daten.',
  rules: (day) => `Erstellt nach den Regeln mit Stand vom ${day}. Dies ist eine Information, keine Steuerberatung.`,
};

export const COPY_WORDS: Readonly<Record<Locale, CopyWords>> = { en: EN, de: DE };
