import {
  CHAPTER_3_STATUSES,
  LIMITATIONS_ON_BENEFITS,
  LLC_CLASSES,
  W9_CLASSES,
} from '../../../../ingest/tax/form-words.ts';
import type { W8beneProfile } from '../../../../ingest/tax/forms.ts';
import type { FormField } from '../../components/form-fields.ts';
import type { Form } from '../../page.ts';
import type { Words } from '../../words.ts';

/** The forms that a creator can fill in here. */
export const OFFERED_FORMS = ['w9', 'w8ben', 'w8bene', 'dac7_person', 'dac7_entity', 'vat'] as const;
export type OfferedForm = (typeof OFFERED_FORMS)[number];

export const isOffered = (form: string): form is OfferedForm => (OFFERED_FORMS as readonly string[]).includes(form);

type Label = keyof Words['tax']['fields'];
type Section = keyof Words['tax']['sections'];
type Kind = FormField['kind'];

/** A field: what it fills, its label and kind; `?` at the end of the path if it is optional. */
type Declared = readonly [path: string, label: Label, kind?: Kind, choices?: readonly string[]];

const address = (path: string): readonly Declared[] => [
  [`${path}.street`, 'street'],
  [`${path}.postal_code?`, 'postal_code'],
  [`${path}.city`, 'city'],
  [`${path}.region?`, 'region'],
  [`${path}.country`, 'country', 'country'],
];
const optionalAddress = (path: string): readonly Declared[] =>
  address(path).map(([at, ...rest]) => [`${at.replace('?', '')}?`, ...rest]);

/**
 * The statuses of line 5 whose certification needs nothing that the profile does not hold. The others name a sponsor, a day, a market or owners,
 * so the marketplace takes those forms.
 */
const CHAPTER_4_OFFERED: readonly W8beneProfile['chapter_4_status'][] = [
  'active_nffe',
  'passive_nffe',
  'nonprofit_organization',
  'excepted_nonfinancial_group_entity',
  'direct_reporting_nffe',
  'participating_ffi',
  'reporting_model_1_ffi',
  'reporting_model_2_ffi',
  'registered_deemed_compliant_ffi',
];

const signature = (...capacities: readonly string[]): readonly Declared[] => [
  ['signature.name', 'signer'],
  ['signature.capacity', 'capacity', 'choice', capacities],
];
const SIGNATURE = signature('self', 'director', 'agent');
const TREATY: readonly Declared[] = [
  ['treaty_claim.country?', 'country', 'country'],
  ['treaty_claim.article?', 'article'],
  ['treaty_claim.rate_bps?', 'rate_bps', 'percent'],
  ['treaty_claim.income_type?', 'income_type'],
  ['treaty_claim.conditions?', 'conditions'],
];
const numbersOfW8 = (usTypes: readonly string[]): readonly Declared[] => [
  ['foreign_tin.country?', 'foreign_country', 'country'],
  ['foreign_tin.value?', 'foreign_value'],
  ['is_foreign_tin_not_required?', 'is_foreign_tin_not_required', 'flag'],
  ['us_tin.type?', 'us_type', 'choice', usTypes],
  ['us_tin.value?', 'us_value'],
  ['reference_numbers?', 'reference_numbers'],
];
const FOREIGN_TIN: readonly Declared[] = [
  ['tins.0.country?', 'foreign_country', 'country'],
  ['tins.0.value?', 'foreign_value'],
  ['vat_id?', 'vat_id'],
];
const BANK: readonly Declared[] = [
  ['financial_account.type?', 'account_type', 'choice', ['iban', 'other']],
  ['financial_account.identifier?', 'identifier'],
  ['financial_account.holder_name?', 'holder_name'],
];

const SECTIONS: Readonly<Record<OfferedForm, readonly (readonly [Section, readonly Declared[]])[]>> = {
  w9: [
    [
      'you',
      [
        ['name', 'name'],
        ['business_name?', 'business_name'],
        ['classification', 'classification', 'choice', W9_CLASSES],
        ['llc_classification?', 'llc_classification', 'choice', LLC_CLASSES],
        ['other_classification?', 'other_classification'],
        ['has_foreign_partners?', 'has_foreign_partners', 'flag'],
        ['exempt_payee_code?', 'exempt_payee_code'],
        ['fatca_exemption_code?', 'fatca_exemption_code'],
      ],
    ],
    ['address', address('address')],
    [
      'numbers',
      [
        ['tin.type', 'type', 'choice', ['ssn', 'itin', 'ein']],
        ['tin.value', 'value'],
        ['is_tin_applied_for?', 'is_tin_applied_for', 'flag'],
        ['account_numbers?', 'account_numbers'],
        ['is_subject_to_backup_withholding', 'is_subject_to_backup_withholding', 'flag'],
      ],
    ],
    ['signature', SIGNATURE],
  ],
  w8ben: [
    [
      'you',
      [
        ['name', 'name'],
        ['citizenship', 'citizenship', 'country'],
        ['birth_on', 'birth_on', 'day'],
      ],
    ],
    ['address', address('residence_address')],
    ['mailing', optionalAddress('mailing_address')],
    ['numbers', numbersOfW8(['ssn', 'itin'])],
    ['treaty', TREATY],
    ['signature', [...SIGNATURE, ['signature.has_capacity_to_sign', 'has_capacity_to_sign', 'flag']]],
  ],
  w8bene: [
    [
      'organisation',
      [
        ['name', 'entity_name'],
        ['incorporation_country', 'incorporation_country', 'country'],
        ['disregarded_entity_name?', 'disregarded_entity_name'],
        ['chapter_3_status', 'chapter_3_status', 'choice', CHAPTER_3_STATUSES],
        ['chapter_4_status', 'chapter_4_status', 'choice', CHAPTER_4_OFFERED],
        ['giin?', 'giin'],
      ],
    ],
    ['address', address('residence_address')],
    ['mailing', optionalAddress('mailing_address')],
    ['numbers', numbersOfW8(['ein'])],
    [
      'treaty',
      [
        ...TREATY,
        ['treaty_claim.limitation_on_benefits?', 'limitation_on_benefits', 'choice', LIMITATIONS_ON_BENEFITS],
      ],
    ],
    [
      'signature',
      [
        ...signature('director', 'officer', 'partner', 'trustee', 'agent'),
        ['signature.has_capacity_to_sign', 'has_capacity_to_sign_entity', 'flag'],
      ],
    ],
  ],
  dac7_person: [
    [
      'you',
      [
        ['first_name', 'first_name'],
        ['last_name', 'last_name'],
        ['birth_on', 'birth_on', 'day'],
        ['residence_country', 'residence_country', 'country'],
      ],
    ],
    ['address', address('address')],
    ['numbers', FOREIGN_TIN],
    [
      'birthPlace',
      [
        ['birth_place.city?', 'city'],
        ['birth_place.country?', 'country', 'country'],
      ],
    ],
    ['bank', BANK],
  ],
  dac7_entity: [
    [
      'you',
      [
        ['legal_name', 'legal_name'],
        ['registration_number', 'registration_number'],
        ['residence_country', 'residence_country', 'country'],
      ],
    ],
    ['address', address('address')],
    ['numbers', FOREIGN_TIN],
    ['bank', BANK],
  ],
  vat: [
    ['you', [['name', 'vat_name']]],
    ['address', address('address')],
    [
      'numbers',
      [
        ['country', 'country', 'country'],
        ['vat_id', 'vat_id'],
      ],
    ],
  ],
};

interface FormSection {
  readonly title: string;
  readonly fields: readonly FormField[];
}

/** The fields of a form by section, in the language of the page. */
export function sectionsOf(form: OfferedForm, { tax }: Pick<Words, 'tax'>): FormSection[] {
  return SECTIONS[form].map(([section, fields]) => ({
    title: tax.sections[section],
    fields: fields.map(([path, label, kind = 'text', choices = []]) => ({
      ...{
        name: path.replace('?', ''),
        label: tax.fields[label],
        kind,
        isOptional: path.endsWith('?') && kind !== 'flag',
        hint: (tax.hints as Readonly<Partial<Record<Label, string>>>)[label],
      },
      choices: choices.map((value) => [value, tax.choices[value] ?? value] as const),
    })),
  }));
}

/** The fields in which something was chosen that the form does not offer. */
export const unofferedChoices = (form: OfferedForm, given: Form): string[] =>
  SECTIONS[form].flatMap(([, fields]) =>
    fields.flatMap(([path, , kind, choices = []]) => {
      const name = path.replace('?', '');
      const value = given[name]?.trim() ?? '';
      return kind === 'choice' && value !== '' && !choices.includes(value) ? [name] : [];
    }),
  );

/** A form is signed if it has a place for the signature. */
export const isSigned = (form: OfferedForm): boolean => SECTIONS[form].some(([section]) => section === 'signature');

type Tree = Record<string, unknown>;

/** The profile that a form fills; what was left empty is left out, and the API says what is missing. */
export function profileOf(form: OfferedForm, given: Form): Tree {
  const profile: Tree = { form, ...(form.startsWith('dac7') && { tins: [] }) };
  for (const [, fields] of SECTIONS[form]) {
    for (const [path, , kind = 'text'] of fields) {
      const name = path.replace('?', '');
      const value = typedValue(given[name]?.trim() ?? '', kind);
      const isGiven = value !== undefined && (value !== false || !path.endsWith('?'));
      if (isGiven) put(profile, name.split('.'), value);
    }
  }
  return profile;
}

function typedValue(text: string, kind: Kind): unknown {
  if (kind === 'flag') return text === 'on';
  if (text === '') return undefined;
  if (kind !== 'percent') return text;
  const [, whole, fraction = ''] = /^(\d{1,2})(?:[.,](\d{1,2}))? ?%?$/.exec(text) ?? [];
  return whole === undefined ? text : Number(`${whole}${fraction.padEnd(2, '0')}`);
}

function put(tree: Tree, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  tree[first] ??= {};
  put(tree[first] as Tree, rest, value);
}
