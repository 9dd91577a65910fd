import { FORM_TITLES } from '../../../reports/tax/words.ts';

/** What the page of a tax year says about filing and withholding. */
export const taxActsEn = {
  file: 'File a form',
  fileExplain:
    'Stores what is given to the tax office, and a copy for each creator of whom something has changed. The first filing has everything, a later one only what has changed. Download the archive and give it to the office yourself.',
  because: 'Why something filed is changed',
  accepted: 'Creators whose profile of after the year or the filing counts, by id',
  refused: 'Number of the filing that the tax office has refused as a whole: this one takes its place',
  payerCorrected: 'The IRS was told that the payer of the last filing was wrong; say above when and how',
  forms: FORM_TITLES,
  optional: 'optional',
  fileAct: 'File it',
  filed: 'The form is filed. Its archive stands with the forms above.',
  unchanged: 'Nothing has changed since the last filing; nothing was stored.',
  waiting:
    'These creators have given a profile that was not used. Decide about each: to use it, file again with its id.',
  openings: {
    title: 'Opening the numbers of all creators',
    explain:
      'A form with tax numbers is previewed and filed by one person after another one has released it. A request can be released for three days; whoever made it can then preview and file the form for a day.',
    none: 'Nobody has requested a form of this year.',
    requested: 'Requested by',
    released: 'Released by',
    states: { requested: 'waits for a release', released: 'released', lapsed: 'lapsed' },
    own: 'Somebody else must release it.',
    releaseAct: 'Release it',
    openAct: 'Request it',
    requestedDone: 'It is requested. Somebody else must release it within three days.',
    releasedDone: 'It is released. Whoever requested it can preview and file the form for a day.',
    needed: 'after a release',
  },
  payers: {
    title: 'Creators of other payers',
    payer: 'Payer',
    explain:
      'Each payer of the tax file has forms, numbers of filings and thresholds of its own. Whoever is not listed here has the payer that the tax file begins with. A creator has one payer in a calendar year. Tax is withheld by the settings of the payer below; one without any has those of the first payer if it is in the same country, else nothing is withheld. Bank files pay from the account of the payer, Stripe from the one account of the platform, whatever the payer.',
    none: 'All creators have the payer that the tax file begins with.',
    firstYear: 'From this year on',
    creators: 'Creators, by id',
    act: 'Assign the payer',
  },
  missing: 'Creators without a valid W-9 or W-8',
  expiring: 'Forms that have expired, or will within 90 days',
  validUntil: 'Valid until',
  settings: 'What is withheld, from when on',
  settingsNone: 'No tax is withheld.',
  settingsAct: 'Decide it',
  validFrom: 'From the credits of this day on',
  payerCountry: 'By the law of',
  undocumented: 'Of creators without a valid form',
  treatments: {
    as_foreign: 'as of one abroad',
    as_unidentified: 'as of a resident without a number',
    not_withheld: 'nothing',
  },
  backup: 'Backup withholding',
  backupExplain: 'The IRS tells by a notice for whom it begins or ends.',
  backupState: 'It is',
  on: 'on',
  off: 'off',
  backupAct: 'Set it',
};

export type TaxActsWords = typeof taxActsEn;
