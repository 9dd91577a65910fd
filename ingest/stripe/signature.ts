import Stripe from 'stripe';
import { type Clock, instant } from '../../warehouse/clock.ts';
import { InvariantBroken, Rejected } from '../../warehouse/errors.ts';

/** A delivery to a webhook endpoint: the received bytes, and the header `Stripe-Signature`. */
export interface Delivery {
  readonly body: Uint8Array;
  readonly signature: string | undefined;
}

export interface Verification {
  /** The valid signing secrets: one per endpoint, and both the old and the new one during a rotation. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
}

/** The maximum age of a signature, and how far it may lie in the future because clocks differ. */
const TOLERANCE_SECONDS = 300;

/**
 * The event of a delivery with a recent signature by one of our secrets; otherwise throws `Rejected`. Stripe's own client
 * verifies the signature, but it accepts signatures in the future and decodes invalid UTF-8 leniently; both are refused here.
 * Source: docs.stripe.com/webhooks/signature.
 */
export function requireSignedEvent(delivery: Delivery, verification: Verification): Stripe.Event {
  return requireVerified(delivery, { ...verification, read: Stripe.webhooks.constructEvent.bind(Stripe.webhooks) });
}

/** The same for a thin event, which Stripe calls a notification. */
export function requireSignedNotification(
  delivery: Delivery,
  verification: Verification,
): Stripe.V2.Core.EventNotification {
  return requireVerified(delivery, { ...verification, read: READER.parseEventNotification.bind(READER) });
}

/** Notifications are parsed by a client, which sends no request and therefore needs no key. */
const READER = new Stripe('', {
  authenticator: async () => {
    throw new InvariantBroken('The client that parses notifications must not send requests to Stripe.');
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

function requireVerified<T>(
  { body, signature }: Delivery,
  { secrets, clock, read }: Verification & { read: Read<T> },
): T {
  const text = decodeBody(body);
  const header = requireHeader(signature);
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
    'The event is not accepted: its signature does not match any secret in STRIPE_WEBHOOK_SECRET, or its body was changed in transit.',
  );
}

/** Decoded strictly: with a lenient decoder, one signature would be valid for many different bytes. */
function decodeBody(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new Rejected('The body of the event is not valid UTF-8.');
  }
}

/** Only in the form that Stripe sends, so that it is not parsed differently here and in the client. */
function requireHeader(signature: string | undefined): string {
  if (signature === undefined) throw new Rejected('The event is not signed: the header Stripe-Signature is missing.');
  if (!/^t=\d{1,12}(,v\d+=[0-9a-f]+)+$/.test(signature)) {
    throw new Rejected('The header Stripe-Signature is malformed; its form is t=<seconds>,v1=<hexadecimal>.');
  }
  return signature;
}

function assertFreshSignature(header: string, now: number): void {
  const signedAt = Number(/^t=(\d+)/.exec(header)?.[1]);
  const age = Math.floor(now / 1000) - signedAt;
  if (Math.abs(age) <= TOLERANCE_SECONDS) return;
  throw new Rejected(
    `The event is not accepted: its signature is ${Math.abs(age)} seconds ${age > 0 ? 'old' : 'in the future'}, and at most ${TOLERANCE_SECONDS} are allowed. The time here is ${instant(now)}.`,
  );
}

function unreadable(error: unknown): Rejected {
  if (error instanceof SyntaxError) return new Rejected('The body of the event is not JSON.');
  return new Rejected(
    'The body is not the kind of event for this address: snapshot events and thin events have different addresses.',
  );
}
