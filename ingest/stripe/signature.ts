import Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { InvariantBroken, Rejected } from '../../warehouse/errors.ts';

/** What came to an endpoint for webhooks: the bytes as they came, and the header `Stripe-Signature`. */
export interface Delivery {
  readonly body: Uint8Array;
  readonly signature: string | undefined;
}

export interface Proof {
  /** Those that are valid: one an endpoint, and during a rotation the old one beside the new one. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
}

/** How far the instant of a signature may lie in the past, and, for clocks that differ, in the future. */
export const TOLERANCE_SECONDS = 300;

/**
 * The event of a delivery that Stripe signed, with a secret of ours and just now; else throws `Rejected`. The real client
 * proves it, but takes signatures of the future, and what is no UTF-8 for what it is not: those are refused here.
 * Source: docs.stripe.com/webhooks/signature.
 */
export function provenEvent(delivery: Delivery, proof: Proof): Stripe.Event {
  return proven(delivery, { ...proof, read: Stripe.webhooks.constructEvent.bind(Stripe.webhooks) });
}

/** The same for a thin event, which Stripe calls a notification. */
export function provenNotification(delivery: Delivery, proof: Proof): Stripe.V2.Core.EventNotification {
  return proven(delivery, { ...proof, read: READER.parseEventNotification.bind(READER) });
}

/** A notification is read by a client, but nothing is asked through this one: that needs no key. */
const READER = new Stripe('', {
  authenticator: async () => {
    throw new InvariantBroken('The client that reads notifications was made to ask Stripe for something.');
  },
});

type Read<T> = (
  text: string,
  header: string,
  secret: string,
  toleranceSeconds: number,
  crypto: undefined,
  receivedAtMs: number,
) => T;

function proven<T>({ body, signature }: Delivery, { secrets, clock, read }: Proof & { read: Read<T> }): T {
  const text = textOf(body);
  const header = headerOf(signature);
  const now = clock.now();
  assertFreshSignature(header, now);
  for (const secret of secrets) {
    try {
      return read(text, header, secret, TOLERANCE_SECONDS, undefined, now);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw unreadable(error);
    }
  }
  throw new Rejected(
    'The event is not signed with a secret of this endpoint, or its body was changed on the way; see STRIPE_WEBHOOK_SECRET.',
  );
}

/** Decoded here, because a lenient decoder would prove one text for many different bytes. */
function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new Rejected('The body of the event is no UTF-8.');
  }
}

/** In the one form that Stripe gives it, so that nothing in it is understood differently here and in the client. */
function headerOf(signature: string | undefined): string {
  if (signature === undefined) throw new Rejected('The event is not signed: it lacks the header Stripe-Signature.');
  if (!/^t=\d{1,12}(,v\d+=[0-9a-f]+)+$/.test(signature)) {
    throw new Rejected('The header Stripe-Signature is malformed; it is written as t=<seconds>,v1=<hexadecimal>.');
  }
  return signature;
}

function assertFreshSignature(header: string, now: number): void {
  const signedAt = Number(/^t=(\d+)/.exec(header)?.[1]);
  const age = Math.floor(now / 1000) - signedAt;
  if (Math.abs(age) <= TOLERANCE_SECONDS) return;
  throw new Rejected(
    `The signature of the event is ${Math.abs(age)} seconds ${age > 0 ? 'old' : 'in the future'}, and at most ${TOLERANCE_SECONDS} are taken; it is ${instant(now)} here.`,
  );
}

function unreadable(error: unknown): Rejected {
  if (error instanceof SyntaxError) return new Rejected('The body of the event is no JSON.');
  return new Rejected('The body is no event of the kind that this address takes: thin events have one of their own.');
}
