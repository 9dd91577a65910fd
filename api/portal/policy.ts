/** Nothing from elsewhere, no scripts within pages, in no frame. */
const DIRECTIVES = {
  'default-src': ["'none'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'script-src': ["'self'"],
  'connect-src': ["'self'"],
  // Stripe's onboarding follows the form of a payout account.
  'form-action': ["'self'", 'https://connect.stripe.com'],
  'frame-ancestors': ["'none'"],
  'base-uri': ["'none'"],
};

/** The Content-Security-Policy of pages, with other directives where a page needs them. */
export const policyWith = (
  directives: Partial<typeof DIRECTIVES> = {},
): { readonly useDefaults: false; readonly directives: typeof DIRECTIVES } => ({
  useDefaults: false,
  directives: { ...DIRECTIVES, ...directives },
});
