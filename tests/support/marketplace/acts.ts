import type { AccountAct, ChargeAct, CloseDisputeAct, DisputeAct, RefundAct, ReverseAct } from '../stripe/acts.ts';

/** An event as sent by a producer, possibly duplicate or invalid. */
export interface EventAct {
  readonly kind: 'event';
  /** When it is sent. */
  readonly at_ms: number;
  readonly event: string;
  /** The userId, which every event has. */
  readonly user_id: string;
  readonly message_id: string;
  readonly occurred_at_ms: number;
  /** As sent, including `event_version`. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Something that happens at Stripe; the methods of `act` are those of the local Stripe. */
export type StripeAct = { readonly kind: 'stripe'; readonly at_ms: number } & (
  | { readonly act: 'account'; readonly given: AccountAct }
  | { readonly act: 'changeAccount'; readonly given: Omit<AccountAct, 'country'> }
  | { readonly act: 'charge'; readonly given: ChargeAct }
  | { readonly act: 'failCharge'; readonly given: ReverseAct }
  | { readonly act: 'refund'; readonly given: RefundAct }
  | { readonly act: 'failRefund'; readonly given: ReverseAct }
  | { readonly act: 'dispute'; readonly given: DisputeAct }
  | { readonly act: 'closeDispute'; readonly given: CloseDisputeAct }
  | { readonly act: 'winAppeal'; readonly given: ReverseAct }
);

export type Act = EventAct | StripeAct;

/** The target of acts at Stripe: the local Stripe. */
export type StripeWorld = {
  readonly [Name in StripeAct['act']]: (given: Extract<StripeAct, { readonly act: Name }>['given']) => void;
};

/** Applies an act to the local Stripe. */
export function applyStripeAct(stripe: StripeWorld, { act, given }: StripeAct): void {
  switch (act) {
    case 'account':
      stripe.account(given);
      break;
    case 'changeAccount':
      stripe.changeAccount(given);
      break;
    case 'charge':
      stripe.charge(given);
      break;
    case 'failCharge':
      stripe.failCharge(given);
      break;
    case 'refund':
      stripe.refund(given);
      break;
    case 'failRefund':
      stripe.failRefund(given);
      break;
    case 'dispute':
      stripe.dispute(given);
      break;
    case 'closeDispute':
      stripe.closeDispute(given);
      break;
    case 'winAppeal':
      stripe.winAppeal(given);
      break;
  }
}
