/**
 * What Stripe's reasons for restricting an account mean, in words for finance and creators.
 * Source: docs.stripe.com/api/accounts/object (requirements.disabled_reason).
 */
const DISABLED_REASONS: Readonly<Record<string, string>> = {
  'action_required.requested_capabilities': 'A capability must be requested before the account can be used.',
  listed: 'The account may be on a list of prohibited persons or companies; Stripe is looking into it.',
  platform_paused: 'Your platform has paused the account.',
  'rejected.fraud': 'Stripe has rejected the account because of suspected fraud.',
  'rejected.incomplete_verification': 'Stripe has rejected the account because it could not be verified in time.',
  'rejected.listed': 'Stripe has rejected the account because it is on a list of prohibited persons or companies.',
  'rejected.other': 'Stripe has rejected the account.',
  'rejected.platform_fraud': 'Your platform has rejected the account because of suspected fraud.',
  'rejected.platform_other': 'Your platform has rejected the account.',
  'rejected.platform_terms_of_service': 'Your platform has rejected the account because it violates your terms.',
  'rejected.terms_of_service': 'Stripe has rejected the account because it violates its terms of service.',
  'requirements.past_due':
    'Something that Stripe requires was not given in time; the creator gives it through an account link.',
  'requirements.pending_verification': 'Stripe is verifying what was given; nothing has to be done.',
  under_review: 'Stripe is reviewing the account; nothing has to be done.',
  other: 'Stripe has restricted the account; its support knows why.',
};

/** A reason of Stripe's as a sentence; null for none. */
export function disabledBecause(reason: string | null): string | null {
  if (reason === null) return null;
  if (Object.hasOwn(DISABLED_REASONS, reason)) return DISABLED_REASONS[reason] ?? null;
  return `Stripe gives the reason ${JSON.stringify(reason)}; look at the account in Stripe's dashboard.`;
}
