interface Of {
  readonly country: string;
  readonly rate: string;
  readonly base: string;
  /** Which royalties. */
  readonly what: string;
  readonly sum: string;
  /** Why at this rate; may be empty. */
  readonly why: string;
}

/** The tax that is withheld. */
export const EN_TAX = {
  title: (currency: string) => `Tax withheld in ${currency}`,
  creditedOn: 'Credited on',
  how: 'How it is calculated',
  total: 'Total withheld',
  of: {
    domestic: 'your royalties',
    domestic_unidentified: 'your royalties',
    foreign: 'your royalties for use there or in an unknown country',
    foreign_treaty: 'your royalties for use there or in an unknown country',
  },
  byTreaty: (country: string) => `, by the treaty with ${country}`,
  unidentified: ', because there is no taxpayer number for you or the tax office asks for it',
  none: (country: string, why: string) => `Withholding tax (${country}): none is withheld${why}.`,
  withheld: ({ country, rate, base, what, sum, why }: Of) =>
    `Withholding tax (${country}): ${rate} of ${base}, ${what}, is ${sum}${why}.`,
  noneTakenBack: (country: string, why: string) =>
    `Withholding tax (${country}) of what is taken back: none was withheld${why}.`,
  takenBack: ({ country, rate, base, what, sum, why }: Of) =>
    `Withholding tax (${country}) of what is taken back: ${rate} of ${base}, ${what}, is ${sum}${why}, as it was withheld.`,
  noneAgain: (country: string, why: string) =>
    `Withholding tax (${country}) of what is credited again: none is withheld${why}.`,
  again: ({ country, rate, base, what, sum, why }: Of) =>
    `Withholding tax (${country}) of what is credited again: ${rate} of ${base}, ${what}, is ${sum}${why}, as at first.`,
  withoutForm: 'You have given no valid tax form; the rate may change once you do.',
  withoutResidence: 'We do not know in which country you live; the rate may change once we do.',
  notGivenBack: (sum: string) =>
    `Of that, ${sum} was not withheld in this year, so we cannot give it back; you can claim it from the tax office.`,
  heldAlready: (sum: string) => `Of that, ${sum} was withheld in an earlier year, so it is not withheld again.`,
};
