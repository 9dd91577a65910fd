/**
 * What the absence of a consent means, and what a withdrawal or revocation means for licences already sold. Closed periods keep the policy
 * under which they were closed.
 */
export const CONSENT_POLICY = {
  /** Whether an asset for which no consent was ever recorded may not be sold or used. */
  is_consent_always_needed: false,
  /** Whether a subscription that was started before a withdrawal or revocation may be renewed after it. */
  do_licences_continue: true,
} as const;
