import type { Acts } from '../stripe/acts.ts';

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

/** What happens at Stripe, by the name of the method of the local Stripe. */
export type StripeWorld = Acts;

/** Something that happens at Stripe. */
export type StripeAct = {
  readonly [Name in keyof Acts]: {
    readonly kind: 'stripe';
    readonly at_ms: number;
    readonly act: Name;
    readonly given: Parameters<Acts[Name]>[0];
  };
}[keyof Acts];

export type Act = EventAct | StripeAct;

/** Applies an act to the local Stripe. */
export function applyStripeAct(stripe: StripeWorld, { act, given }: StripeAct): void {
  (stripe[act] as (given: StripeAct['given']) => void)(given);
}
