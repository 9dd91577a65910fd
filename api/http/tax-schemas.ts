import { Type } from 'typebox';
import { FORM_SCHEMAS, TAX_FORMS } from '../../ingest/tax/forms.ts';
import type { Erasure } from '../../jobs/tax/erase-profiles.ts';
import type { RecordedProfile } from '../../jobs/tax/record-profile.ts';
import type { ListedForm, ProfileHistory, ShownProfiles } from '../../jobs/tax/tax-profiles.ts';
import { exactly } from '../../reports/exactly.ts';
import { ByPerson, CreatorId, Instant, NullableText, PageQuery } from './schemas.ts';

/** The bodies and answers of the routes of tax profiles. */

const NullableDay = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date' });
const NullableInteger = Type.Unsafe<number | null>({ type: ['integer', 'null'] });
const Form = Type.Enum([...TAX_FORMS]);
const Version = Type.Integer({ description: 'Counts the versions of a form of a creator, from 1.' });
const Supersedes = { ...NullableText, description: 'The form and version before it: `w9/1`.' };
const Reason = Type.String({ minLength: 1, maxLength: 500, description: 'Why, in one sentence.' });

/** The fields of a form, and `by` beside them. */
export const GivenProfile = Type.Unsafe<object>({
  description: 'The fields of a form, which `form` names. At the command line `by` names the person.',
  oneOf: Object.values(FORM_SCHEMAS).map((schema) => ({
    ...schema,
    properties: { ...schema.properties, by: ByPerson },
  })),
});

const DATED = {
  form: Form,
  version: Version,
  signed_on: NullableDay,
  valid_until_on: NullableDay,
  recorded_at: Instant,
};

export const Recorded = Type.Unsafe<RecordedProfile>(
  exactly(
    { creator_id: CreatorId, ...DATED, supersedes: Supersedes, recorded_by: Type.String() },
    'The recorded version, without its content.',
  ),
);

const LISTED = {
  creator_id: CreatorId,
  regime: Type.Enum(['us', 'dac7', 'vat'], {
    description: 'What the form is about; of each regime the last form is in force.',
  }),
  state: Type.Enum(['valid', 'expired']),
  ...DATED,
};

export const Listed = Type.Unsafe<ListedForm>(exactly(LISTED, 'A form in force, without its content.'));

export const Shown = Type.Unsafe<ShownProfiles>(
  exactly(
    {
      creator_id: CreatorId,
      backup_withholding: Type.Boolean(),
      profiles: Type.Array(
        exactly(
          {
            ...LISTED,
            supersedes: Supersedes,
            recorded_by: Type.String(),
            profile: Type.Object(
              { form: Form },
              { additionalProperties: true, description: 'The fields of the form.' },
            ),
          },
          'A form in force.',
        ),
      ),
    },
    'The forms of a creator that are in force.',
  ),
);

export const Because = exactly({ because: Reason, by: ByPerson }, 'The reason, which is recorded.');

export const WithholdingRequest = exactly(
  { is_on: Type.Boolean(), because: Reason, by: ByPerson },
  'Whether backup withholding applies, and by which notice.',
);

export const Withholding = exactly(
  { creator_id: CreatorId, backup_withholding: Type.Boolean() },
  'Whether backup withholding is on.',
);

export const Erased = Type.Unsafe<Erasure>(
  exactly(
    {
      creator_id: CreatorId,
      is_erased: Type.Boolean(),
      kept_until_on: { ...NullableDay, description: 'The last day on which the law requires what is kept.' },
      erased: Type.Array(Type.String(), { description: 'What can no longer be read; empty while it is kept.' }),
      kept: Type.Array(
        exactly(
          { what: Type.String(), count: Type.Integer(), may_go_from_on: Type.String({ format: 'date' }) },
          'What stays because the law requires it.',
        ),
      ),
      sentence: Type.String({ description: 'What was done, what is kept and until when.' }),
    },
    'What became of the request.',
  ),
);

export const ListQuery = exactly(
  {
    expiring_days: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3660,
        description: 'Only forms that have expired or will expire within so many days.',
      }),
    ),
    ...PageQuery,
  },
  'A filter for forms.',
);

export const MissingQuery = exactly({ ...PageQuery }, 'A page of creators.');

export const History = Type.Unsafe<ProfileHistory>(
  exactly(
    {
      creator_id: CreatorId,
      versions: Type.Array(
        exactly(
          {
            ...DATED,
            supersedes: Supersedes,
            recorded_by: Type.String(),
            is_erased: Type.Boolean(),
            facts: Type.Object({}, { additionalProperties: true, description: 'What withholding depends on.' }),
          },
          'A version of a form.',
        ),
      ),
      withholding_notices: Type.Array(
        exactly(
          { is_on: Type.Boolean(), because: Type.String(), changed_by: Type.String(), changed_at: Instant },
          'A change of backup withholding.',
        ),
      ),
      openings: Type.Array(
        exactly(
          {
            form: NullableText,
            version: NullableInteger,
            fields: Type.String(),
            purpose: Type.Enum(['shown', 'exported', 'rotated']),
            because: NullableText,
            opened_by: Type.String(),
            opened_at: Instant,
          },
          'An opening of sealed values.',
        ),
      ),
      erasures: Type.Array(
        exactly(
          {
            step: Type.Enum(['requested', 'erased']),
            because: Type.String(),
            kept_until_on: NullableDay,
            done_by: Type.String(),
            done_at: Instant,
          },
          'A request to erase, or an erasure.',
        ),
      ),
    },
    'What was recorded of the profiles of a creator, oldest first.',
  ),
);
