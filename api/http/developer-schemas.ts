import { Type } from 'typebox';
import { exactly } from '../../reports/exactly.ts';
import { CreatorId, NullableText, PageQuery, PeriodText } from './schemas.ts';

const Instant = Type.String({ format: 'date-time' });
const NullableInstant = Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' });
const Count = Type.Unsafe<bigint>({ type: 'integer' });
const Decimal = { description: 'An exact decimal.' };

const Days = {
  from: Type.String({ format: 'date', examples: ['2026-01-01'], description: 'The first day, in UTC.' }),
  until: Type.String({ format: 'date', examples: ['2026-01-31'], description: 'The last day.' }),
};

export const SpendQuery = exactly(Days, 'The days.');

export const SPEND_KINDS = ['metered', 'one_time', 'subscription', 'refund'] as const;

export const Spend = exactly(
  {
    spent_on: Type.String({ format: 'date' }),
    spend_kind: Type.Enum([...SPEND_KINDS]),
    asset_id: Type.String({ description: "'' for refunds." }),
    asset_title: NullableText,
    currency: Type.String({ description: "'' for use of an asset without terms." }),
    event_count: Count,
    units: { ...NullableText, description: 'The units of metered use, exact.' },
    amount: { ...NullableText, description: 'Without tax, exact; negative for refunds; null if none has a price.' },
    tax_amount: { ...NullableText, description: 'The tax that was charged with it; null for metered use.' },
    unpriced_count: { ...Count, description: 'How many of the events have no price: they are not in the amount.' },
  },
  'What was used or paid on a day.',
);

const Consent = exactly(
  {
    consent_receipt_id: Type.String(),
    usage_right: { ...NullableText, description: 'The use that is permitted.' },
    granted_at: Instant,
    revoked_at: NullableInstant,
  },
  'A consent of the creator to a use of the asset.',
);

export const Licence = exactly(
  {
    license_id: Type.String({ description: 'The id of the licence or subscription.' }),
    license_type: Type.Enum(['one_time', 'subscription']),
    asset_id: Type.String(),
    asset_title: NullableText,
    licensed_at: Instant,
    last_paid_at: Instant,
    cancelled_at: { ...NullableInstant, description: 'When a subscription was cancelled; it lasts for what is paid.' },
    payment_count: Count,
    currency: Type.String(),
    paid_amount: { ...NullableText, ...Decimal },
    refunded_amount: { ...NullableText, ...Decimal },
    terms_id: { ...NullableText, description: 'The terms in force when it was bought.' },
    creator_id: { ...NullableText, description: 'Who published those terms, or uploaded the asset.' },
    creator_name: NullableText,
    consents: Type.Array(Consent),
  },
  'A licence that a developer bought, with where its content comes from.',
);

export const EventQuery = exactly(
  {
    ...Days,
    outcome: Type.Optional(Type.Enum(['landed', 'quarantined'])),
    event: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'The name: `Asset Used`.' })),
    ...PageQuery,
  },
  'A filter for events; the days are those on which they were loaded.',
);

export const DeveloperEvent = exactly(
  {
    message_id: Type.String(),
    event: NullableText,
    outcome: Type.Enum(['landed', 'quarantined']),
    occurred_at: { ...NullableText, description: 'When it happened, as it says itself.' },
    sent_at: { ...NullableText, description: 'When it was sent, as it says itself.' },
    received_at: NullableInstant,
    loaded_at: { ...Instant, description: 'When it landed, or was quarantined.' },
    reason: { ...NullableText, description: 'Why it is in quarantine.' },
  },
  'An event that names a developer.',
);

export const SoldQuery = exactly(
  {
    from: { ...PeriodText, description: 'The first month in which it was booked.' },
    until: { ...PeriodText, description: 'The last one.' },
    ...PageQuery,
  },
  'The months.',
);

export const SoldLicence = exactly(
  {
    period: PeriodText,
    sale_id: Type.String(),
    license_type: Type.String(),
    asset_id: Type.String(),
    asset_title: NullableText,
    developer_id: NullableText,
    developer_name: { ...NullableText, description: 'Null if no sign-up of the developer was reported.' },
    terms_id: Type.String(),
    currency: Type.String(),
    gross_amount: { ...Type.String(), ...Decimal },
    royalty_amount: { ...Type.String(), description: 'What the creator earned, exact.' },
    occurred_at: Instant,
  },
  'A licence that was sold, with what a creator earned from it.',
);

export const SoldParams = Type.Object({ creator_id: CreatorId });
