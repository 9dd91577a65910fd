import { bool, date, type Field, idOf, int, json, numeric, timestamp, words } from './field.ts';

/** One holder's share of an asset's royalties, as sent in events. The shares of an asset sum to 10000. */
export interface Split {
  readonly creator_id: string;
  readonly share_bps: number;
}

export const LICENSE_TYPES = ['one_time', 'subscription', 'metered'] as const;
export type LicenseType = (typeof LICENSE_TYPES)[number];

/** The terms of an asset: rate, fee and splits. */
export const TERMS_FIELDS = {
  terms_id: idOf('terms', 'One version of the terms of an asset for one licence type.'),
  license_type: words('How a licence is paid for.', LICENSE_TYPES),
  rate: numeric(
    'Price of one licence, of one period of a subscription, or of one unit of metered use, in units of its currency as a decimal text.',
    { example: '49.00' },
  ),
  terms_number: int('A number for a version of terms within one build.'),
  rate_billionths: int('The rate in whole billionths.'),
  is_rate_too_large: bool('Whether the rate is too large to rate a use with.'),
  splits: json("The holders of the royalties and each holder's share; the shares sum to 10000 basis points.", {
    schema: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        properties: {
          creator_id: { type: 'string', pattern: '^cr_[A-Za-z0-9_-]{1,80}$' },
          share_bps: { type: 'integer', minimum: 1, maximum: 10000 },
        },
        required: ['creator_id', 'share_bps'],
        additionalProperties: false,
      },
    },
    example: [
      { creator_id: 'cr_1', share_bps: 7500 },
      { creator_id: 'cr_2', share_bps: 2500 },
    ],
  }),
  consents_needed_from_at: timestamp('From when on the asset may be sold or used only while a consent is in force.'),
  is_consent_always_needed: bool('Whether an asset for which no consent was ever recorded may not be sold or used.'),
  do_licences_continue: bool(
    'Whether a subscription that was started before a withdrawal or revocation may be renewed after it.',
  ),
  withdrawn_at: timestamp('When the owner withdrew the asset while the terms were in force.'),
  share_bps: int("A holder's share of the royalties, in basis points."),
  fee_bps: int("The platform's fee, in basis points of what the buyer paid."),
  effective_from_on: date('The first day on which it applies.'),
  effective_until_on: date('The first day on which it no longer applies; null while it is in force.'),
  valid_from_at: timestamp('The first instant at which it applies.', { example: '2026-01-01T00:00:00.000Z' }),
  heard_until_at: timestamp(
    'Until when what the owner reports of this time counts: when the transfer that ended it was recorded.',
  ),
  is_backdated: bool(
    'Whether the terms were received late and would move sales or uses: then they apply from when they were received, or never.',
  ),
  valid_until_at: timestamp('The first instant at which it no longer applies; null while it is in force.'),
} satisfies Record<string, Field>;
