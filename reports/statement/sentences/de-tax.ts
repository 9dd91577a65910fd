import type { EN_TAX } from './en-tax.ts';

/** Der Steuerabzug. */
export const DE_TAX: typeof EN_TAX = {
  title: (currency) => `Steuerabzug in ${currency}`,
  creditedOn: 'Gutschrift am',
  how: 'Berechnung',
  total: 'Summe des Steuerabzugs',
  of: {
    domestic: 'Ihre Lizenzgebühren',
    domestic_unidentified: 'Ihre Lizenzgebühren',
    foreign: 'Ihre Lizenzgebühren für Nutzung dort oder in einem unbekannten Land',
    foreign_treaty: 'Ihre Lizenzgebühren für Nutzung dort oder in einem unbekannten Land',
  },
  byTreaty: (country) => `, nach dem Doppelbesteuerungsabkommen (${country})`,
  unidentified: ', weil uns keine Steuernummer von Ihnen vorliegt oder die Steuerbehörde es verlangt',
  none: (country, why) => `Quellensteuer (${country}): kein Abzug${why}.`,
  withheld: ({ country, rate, base, what, sum, why }) =>
    `Quellensteuer (${country}): ${rate} von ${base}, ${what}, sind ${sum}${why}.`,
  noneTakenBack: (country, why) => `Quellensteuer (${country}) auf zurückgenommene Beträge: kein Abzug${why}.`,
  takenBack: ({ country, rate, base, what, sum, why }) =>
    `Quellensteuer (${country}) auf zurückgenommene Beträge: ${rate} von ${base}, ${what}, sind ${sum}${why}, wie einbehalten.`,
  noneAgain: (country, why) => `Quellensteuer (${country}) auf wieder gutgeschriebene Beträge: kein Abzug${why}.`,
  again: ({ country, rate, base, what, sum, why }) =>
    `Quellensteuer (${country}) auf wieder gutgeschriebene Beträge: ${rate} von ${base}, ${what}, sind ${sum}${why}, wie zuerst.`,
  withoutForm: 'Von Ihnen liegt kein gültiges Steuerformular vor; mit einem Formular kann sich der Satz ändern.',
  withoutResidence: 'Uns ist nicht bekannt, in welchem Land Sie wohnen; mit dieser Angabe kann sich der Satz ändern.',
  notGivenBack: (sum) =>
    `Davon wurden ${sum} nicht in diesem Jahr einbehalten; wir können sie nicht erstatten. Sie können sie bei der Steuerbehörde geltend machen.`,
  heldAlready: (sum) =>
    `Davon wurden ${sum} in einem früheren Jahr einbehalten; sie werden nicht noch einmal einbehalten.`,
};
