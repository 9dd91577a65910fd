import type Stripe from 'stripe';

/** A complete request for a connected account that takes transfers. */
export const NEW_ACCOUNT = {
  country: 'DE',
  controller: {
    fees: { payer: 'application' },
    losses: { payments: 'application' },
    requirement_collection: 'stripe',
    stripe_dashboard: { type: 'express' },
  },
  capabilities: { transfers: { requested: true } },
} as const satisfies Stripe.AccountCreateParams;

export const LINK_PAGES = {
  refresh_url: 'https://market.example/refresh',
  return_url: 'https://market.example/return',
};
