import type { W8beneProfile } from '../../../../ingest/tax/forms.ts';
import type { OfferedForm } from './tax-fields.ts';

/** A part of a form that only some have to certify. */
interface SignedPart {
  readonly title: string;
  readonly applies: (profile: Declared) => boolean;
  readonly paragraphs: readonly string[];
}

interface SignedText {
  readonly version: string;
  readonly parts?: readonly SignedPart[];
  readonly paragraphs: readonly string[];
}

/** What decides about what is signed. */
interface Declared {
  readonly is_subject_to_backup_withholding?: unknown;
  readonly chapter_4_status?: unknown;
  readonly treaty_claim?: unknown;
}

const ofStatus =
  (status: W8beneProfile['chapter_4_status']): SignedPart['applies'] =>
  ({ chapter_4_status }) =>
    chapter_4_status === status;

/**
 * What is signed, word for word. Sources: irs.gov/pub/irs-pdf/fw9.pdf (Rev. March 2024), part II; irs.gov/pub/irs-pdf/fw8ben.pdf (Rev. October 2021), part III, with
 * the box above its signature; irs.gov/pub/irs-pdf/fw8bene.pdf (Rev. October 2021), parts III, XVIII, XXII, XXV, XXVI and XXX, with that box. The general instructions of the W-9, where “defined below” is, are not shown, so item 3 says “defined in the instructions”, and a substitute form
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
  w8bene: {
    version: 'W-8BEN-E (Rev. October 2021)',
    parts: [
      {
        title: 'Part III. Claim of Tax Treaty Benefits',
        applies: ({ treaty_claim }) => treaty_claim !== undefined,
        paragraphs: [
          'I certify that:',
          '14a. The beneficial owner is a resident of the treaty country named on this form within the meaning of the income tax treaty between the United States and that country.',
          '14b. The beneficial owner derives the item (or items) of income for which the treaty benefits are claimed, and, if applicable, meets the requirements of the treaty provision dealing with limitation on benefits.',
        ],
      },
      {
        title: 'Part XVIII. Excepted Nonfinancial Group Entity',
        applies: ofStatus('excepted_nonfinancial_group_entity'),
        paragraphs: [
          '32. I certify that the entity identified in Part I:',
          '• Is a holding company, treasury center, or captive finance company and substantially all of the entity’s activities are functions described in Regulations section 1.1471-5(e)(5)(i)(C) through (E);',
          '• Is a member of a nonfinancial group described in Regulations section 1.1471-5(e)(5)(i)(B);',
          '• Is not a depository or custodial institution (other than for members of the entity’s expanded affiliated group); and',
          '• Does not function (or hold itself out) as an investment fund, such as a private equity fund, venture capital fund, leveraged buyout fund, or any investment vehicle with an investment strategy to acquire or fund companies and then hold interests in those companies as capital assets for investment purposes.',
        ],
      },
      {
        title: 'Part XXII. Nonprofit Organization',
        applies: ofStatus('nonprofit_organization'),
        paragraphs: [
          '36. I certify that the entity identified in Part I is a nonprofit organization that meets the following requirements.',
          '• The entity is established and maintained in its country of residence exclusively for religious, charitable, scientific, artistic, cultural or educational purposes;',
          '• The entity is exempt from income tax in its country of residence;',
          '• The entity has no shareholders or members who have a proprietary or beneficial interest in its income or assets;',
          '• Neither the applicable laws of the entity’s country of residence nor the entity’s formation documents permit any income or assets of the entity to be distributed to, or applied for the benefit of, a private person or noncharitable entity other than pursuant to the conduct of the entity’s charitable activities or as payment of reasonable compensation for services rendered or payment representing the fair market value of property which the entity has purchased; and',
          '• The applicable laws of the entity’s country of residence or the entity’s formation documents require that, upon the entity’s liquidation or dissolution, all of its assets be distributed to an entity that is a foreign government, an integral part of a foreign government, a controlled entity of a foreign government, or another organization that is described in this part or escheats to the government of the entity’s country of residence or any political subdivision thereof.',
        ],
      },
      {
        title: 'Part XXV. Active NFFE',
        applies: ofStatus('active_nffe'),
        paragraphs: [
          '39. I certify that:',
          '• The entity identified in Part I is a foreign entity that is not a financial institution;',
          '• Less than 50% of such entity’s gross income for the preceding calendar year is passive income; and',
          '• Less than 50% of the assets held by such entity are assets that produce or are held for the production of passive income (calculated as a weighted average of the percentage of passive assets measured quarterly). See the instructions for the definition of passive income.',
        ],
      },
      {
        title: 'Part XXVI. Passive NFFE',
        applies: ofStatus('passive_nffe'),
        paragraphs: [
          '40a. I certify that the entity identified in Part I is a foreign entity that is not a financial institution (other than an investment entity organized in a possession of the United States) and is not certifying its status as a publicly traded NFFE (or affiliate), excepted territory NFFE, active NFFE, direct reporting NFFE, or sponsored direct reporting NFFE.',
          '40b. I further certify that the entity identified in Part I has no substantial U.S. owners (or, if applicable, no controlling U.S. persons).',
        ],
      },
    ],
    paragraphs: [
      'Under penalties of perjury, I declare that I have examined the information on this form and to the best of my knowledge and belief it is true, correct, and complete. I further certify under penalties of perjury that:',
      '• The entity identified on line 1 of this form is the beneficial owner of all the income or proceeds to which this form relates, is using this form to certify its status for chapter 4 purposes, or is submitting this form for purposes of section 6050W or 6050Y;',
      '• The entity identified on line 1 of this form is not a U.S. person;',
      '• This form relates to: (a) income not effectively connected with the conduct of a trade or business in the United States, (b) income effectively connected with the conduct of a trade or business in the United States but is not subject to tax under an income tax treaty, (c) the partner’s share of a partnership’s effectively connected taxable income, or (d) the partner’s amount realized from the transfer of a partnership interest subject to withholding under section 1446(f); and',
      '• For broker transactions or barter exchanges, the beneficial owner is an exempt foreign person as defined in the instructions.',
      'Furthermore, I authorize this form to be provided to any withholding agent that has control, receipt, or custody of the income of which the entity on line 1 is the beneficial owner or any withholding agent that can disburse or make payments of the income of which the entity on line 1 is the beneficial owner.',
      'I agree that I will submit a new form within 30 days if any certification on this form becomes incorrect.',
      'I certify that I have the capacity to sign for the entity identified on line 1 of this form.',
      'The Internal Revenue Service does not require your consent to any provisions of this document other than the certifications required to establish your status as a non-U.S. person, establish your chapter 4 status (if required), and, if applicable, obtain a reduced rate of withholding.',
    ],
  },
};

const ITEM_2 = '2. I am not subject to backup withholding';

/** The text as it is signed: with the parts that apply, and without item 2 of the W-9, as crossed out, by who is subject to backup withholding. */
export function signedText(form: OfferedForm, profile: Declared): string {
  const { parts = [], paragraphs = [] } = SIGNED_TEXTS[form] ?? {};
  const isCrossedOut = form === 'w9' && profile.is_subject_to_backup_withholding === true;
  const certified = parts.flatMap((part) => (part.applies(profile) ? [part.title, ...part.paragraphs] : []));
  return [...certified, ...paragraphs]
    .map((paragraph) => (isCrossedOut && paragraph.startsWith(ITEM_2) ? '2. [Crossed out.]' : paragraph))
    .join('\n');
}
