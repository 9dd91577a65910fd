import type Stripe from 'stripe';
import type { Account, BankAccount } from '../objects.ts';

interface AccountParts {
  readonly id: string;
  readonly country: string;
  readonly default_currency?: string | undefined;
  readonly created: number;
  readonly transfers: string;
  readonly payouts_enabled: boolean;
  readonly creator_id?: string | undefined;
  readonly requirements?: Partial<Stripe.Account.Requirements> | undefined;
}

/** A connected account with its capabilities. Without requirements of its own, an incomplete account lacks a document. */
export function accountObject(parts: AccountParts): Account {
  const { id, country, created, payouts_enabled, transfers, creator_id, default_currency } = parts;
  const whole = transfers === 'active' && payouts_enabled;
  const due = whole ? [] : ['individual.verification.document'];
  return {
    id,
    object: 'account',
    type: 'express',
    country,
    ...(default_currency !== undefined && { default_currency }),
    created,
    email: null,
    capabilities: { transfers },
    charges_enabled: false,
    payouts_enabled,
    details_submitted: true,
    requirements: {
      alternatives: [],
      current_deadline: null,
      currently_due: due,
      disabled_reason: whole ? null : 'requirements.past_due',
      errors: [],
      eventually_due: due,
      past_due: due,
      pending_verification: [],
      ...parts.requirements,
    },
    metadata: creator_id === undefined ? {} : { creator_id },
  };
}

export interface Controller {
  readonly payer: 'account' | 'application';
  readonly payments: 'application' | 'stripe';
  readonly collection: 'application' | 'stripe';
  readonly dashboard: 'express' | 'full' | 'none';
}

/** What Stripe requires of a new account that only receives transfers; a few of its names. */
const NEW_REQUIREMENTS = ['business_type', 'external_account', 'tos_acceptance.date', 'tos_acceptance.ip'];

/** A connected account that the platform has just created: nothing was given yet. */
export function newAccountObject(parts: {
  readonly id: string;
  readonly country: string;
  readonly email: string | null;
  readonly created: number;
  readonly controller: Controller;
  readonly metadata: Stripe.Metadata;
}): Account {
  const { controller, email, metadata, ...base } = parts;
  const due = { currently_due: NEW_REQUIREMENTS, eventually_due: NEW_REQUIREMENTS, past_due: NEW_REQUIREMENTS };
  const account = accountObject({ ...base, transfers: 'inactive', payouts_enabled: false, requirements: due });
  return {
    ...account,
    ...{ type: 'none', email, metadata, details_submitted: false },
    controller: {
      type: 'application',
      is_controller: true,
      fees: { payer: controller.payer },
      losses: { payments: controller.payments },
      requirement_collection: controller.collection,
      stripe_dashboard: { type: controller.dashboard },
    },
  };
}

/** A bank account of a connected account, the default for its currency. */
export function bankAccountObject({
  takesInstant = false,
  ...bank
}: {
  readonly id: string;
  readonly account: string;
  readonly country: string;
  readonly currency: string;
  readonly created: number;
  readonly status: string;
  readonly takesInstant?: boolean | undefined;
}): BankAccount {
  return {
    ...bank,
    object: 'bank_account',
    account_holder_name: null,
    account_holder_type: null,
    account_type: null,
    available_payout_methods: takesInstant ? ['standard', 'instant'] : ['standard'],
    bank_name: 'STRIPE TEST BANK',
    default_for_currency: true,
    fingerprint: null,
    last4: '6789',
    metadata: {},
    routing_number: null,
  };
}
