import type { OfferedForm } from './tax-fields.ts';

interface SignedText {
  readonly version: string;
  readonly paragraphs: readonly string[];
}

/**
 * What is signed, word for word. Sources: irs.gov/pub/irs-pdf/fw9.pdf (Rev. March 2024), part II; irs.gov/pub/irs-pdf/fw8ben.pdf (Rev. October 2021), part III, with
 * the box above its signature. The general instructions of the W-9, where “defined below” is, are not shown, so item 3 says “defined in the instructions”, and a substitute form
 * has the last sentence right before the signature: Instructions for the Requester of Form W-9 (Rev. October 2018), and of Forms W-8BEN …, substitute forms.
 */
export const SIGNED_TEXTS: Readonly<Partial<Record<OfferedForm, SignedText>>> = {
  w9: {
    version: 'W-9 (Rev. March 2024)',
    paragraphs: [
      'Under penalties of perjury, I certify that:',
      '1. The number shown on this form is my correct taxpayer identification number (or I am waiting for a number to be issued to me); and',
      '2. I am not subject to backup withholding because (a) I am exempt from backup withholding, or (b) I have not been notified by the Internal Revenue Service (IRS) that I am subject to backup withholding as a result of a failure to report all interest or dividends, or (c) the IRS has notified me that I am no longer subject to backup withholding; and',
      '3. I am a U.S. citizen or other U.S. person (defined in the instructions); and',
      '4. The FATCA code(s) entered on this form (if any) indicating that I am exempt from FATCA reporting is correct.',
      'Certification instructions. You must cross out item 2 above if you have been notified by the IRS that you are currently subject to backup withholding because you have failed to report all interest and dividends on your tax return. For real estate transactions, item 2 does not apply. For mortgage interest paid, acquisition or abandonment of secured property, cancellation of debt, contributions to an individual retirement arrangement (IRA), and, generally, payments other than interest and dividends, you are not required to sign the certification, but you must provide your correct TIN. See the instructions for Part II.',
      'The Internal Revenue Service does not require your consent to any provision of this document other than the certifications required to avoid backup withholding.',
    ],
  },
  w8ben: {
    version: 'W-8BEN (Rev. October 2021)',
    paragraphs: [
      'Under penalties of perjury, I declare that I have examined the information on this form and to the best of my knowledge and belief it is true, correct, and complete. I further certify under penalties of perjury that:',
      '• I am the individual that is the beneficial owner (or am authorized to sign for the individual that is the beneficial owner) of all the income or proceeds to which this form relates or am using this form to document myself for chapter 4 purposes;',
      '• The person named on line 1 of this form is not a U.S. person;',
      '• This form relates to: (a) income not effectively connected with the conduct of a trade or business in the United States; (b) income effectively connected with the conduct of a trade or business in the United States but is not subject to tax under an applicable income tax treaty; (c) the partner’s share of a partnership’s effectively connected taxable income; or (d) the partner’s amount realized from the transfer of a partnership interest subject to withholding under section 1446(f);',
      '• The person named on line 1 of this form is a resident of the treaty country listed on line 9 of the form (if any) within the meaning of the income tax treaty between the United States and that country; and',
      '• For broker transactions or barter exchanges, the beneficial owner is an exempt foreign person as defined in the instructions.',
      'Furthermore, I authorize this form to be provided to any withholding agent that has control, receipt, or custody of the income of which I am the beneficial owner or any withholding agent that can disburse or make payments of the income of which I am the beneficial owner. I agree that I will submit a new form within 30 days if any certification made on this form becomes incorrect.',
      'I certify that I have the capacity to sign for the person identified on line 1 of this form.',
      'The Internal Revenue Service does not require your consent to any provisions of this document other than the certifications required to establish your status as a non-U.S. person and, if applicable, obtain a reduced rate of withholding.',
    ],
  },
};

const ITEM_2 = '2. I am not subject to backup withholding';

/** The text as it is signed: without item 2 of the W-9, as crossed out, by who is subject to backup withholding. */
export function signedText(
  form: OfferedForm,
  profile: { readonly is_subject_to_backup_withholding?: unknown },
): string {
  const { paragraphs = [] } = SIGNED_TEXTS[form] ?? {};
  const isCrossedOut = form === 'w9' && profile.is_subject_to_backup_withholding === true;
  return paragraphs
    .map((paragraph) => (isCrossedOut && paragraph.startsWith(ITEM_2) ? '2. [Crossed out.]' : paragraph))
    .join('\n');
}
