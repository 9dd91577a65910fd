/**
 * What Stripe's reasons for restricting an account mean, in words for finance and creators.
 * Source: docs.stripe.com/api/accounts/object (requirements.disabled_reason).
 */
export const DISABLED_REASONS = {
  'action_required.requested_capabilities': {
    meaning: 'A capability must be requested before the account can be used.',
  },
  listed: { meaning: 'The account may be on a list of prohibited persons or companies; Stripe is looking into it.' },
  platform_paused: { meaning: 'Your platform has paused the account.' },
  'rejected.fraud': { meaning: 'Stripe has rejected the account because of suspected fraud.' },
  'rejected.incomplete_verification': {
    meaning: 'Stripe has rejected the account because it could not be verified in time.',
  },
  'rejected.listed': {
    meaning: 'Stripe has rejected the account because it is on a list of prohibited persons or companies.',
  },
  'rejected.other': { meaning: 'Stripe has rejected the account.' },
  'rejected.platform_fraud': { meaning: 'Your platform has rejected the account because of suspected fraud.' },
  'rejected.platform_other': { meaning: 'Your platform has rejected the account.' },
  'rejected.platform_terms_of_service': {
    meaning: 'Your platform has rejected the account because it violates your terms.',
  },
  'rejected.terms_of_service': { meaning: 'Stripe has rejected the account because it violates its terms of service.' },
  'requirements.past_due': {
    meaning: 'Something that Stripe requires was not given in time; the creator gives it through an account link.',
  },
  'requirements.pending_verification': { meaning: 'Stripe is verifying what was given; nothing has to be done.' },
  under_review: { meaning: 'Stripe is reviewing the account; nothing has to be done.' },
  other: { meaning: 'Stripe has restricted the account; its support knows why.' },
} as const;

export type DisabledReason = keyof typeof DISABLED_REASONS;

/** A reason of Stripe's as a sentence; null for none. */
export function disabledBecause(reason: string | null): string | null {
  if (reason === null) return null;
  if (Object.hasOwn(DISABLED_REASONS, reason)) return DISABLED_REASONS[reason as DisabledReason].meaning;
  return `Stripe gives the reason ${JSON.stringify(reason)}; look at the account in Stripe's dashboard.`;
}
