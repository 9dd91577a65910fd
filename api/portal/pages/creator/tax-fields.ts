import { LLC_CLASSES, W9_CLASSES } from '../../../../ingest/tax/form-words.ts';
import type { FormField } from '../../components/form-fields.ts';
import type { Form } from '../../page.ts';
import type { Words } from '../../words.ts';

/** The forms that a creator can fill in here. */
export const OFFERED_FORMS = ['w9', 'w8ben', 'dac7_person', 'dac7_entity', 'vat'] as const;
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
const US_NUMBERS = ['ssn', 'itin'];

const SIGNATURE: readonly Declared[] = [
  ['signature.name', 'signer'],
  ['signature.capacity', 'capacity', 'choice', ['self', 'director', 'agent']],
];
const SIGNATURE_OF_W8: readonly Declared[] = [
  ...SIGNATURE,
  ['signature.has_capacity_to_sign', 'has_capacity_to_sign', 'flag'],
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
    [
      'numbers',
      [
        ['foreign_tin.country?', 'foreign_country', 'country'],
        ['foreign_tin.value?', 'foreign_value'],
        ['is_foreign_tin_not_required?', 'is_foreign_tin_not_required', 'flag'],
        ['us_tin.type?', 'us_type', 'choice', US_NUMBERS],
        ['us_tin.value?', 'us_value'],
        ['reference_numbers?', 'reference_numbers'],
      ],
    ],
    [
      'treaty',
      [
        ['treaty_claim.country?', 'country', 'country'],
        ['treaty_claim.article?', 'article'],
        ['treaty_claim.rate_bps?', 'rate_bps', 'percent'],
        ['treaty_claim.income_type?', 'income_type'],
        ['treaty_claim.conditions?', 'conditions'],
      ],
    ],
    ['signature', SIGNATURE_OF_W8],
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

export interface FormSection {
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
      },
      choices: choices.map((value) => [value, tax.choices[value] ?? value] as const),
    })),
  }));
}

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
