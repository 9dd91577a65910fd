import Stripe from 'stripe';

export interface StripeAddress {
  readonly apiKey: string;
  /** The address of a substitute for Stripe's API: `http://127.0.0.1:12111`. */
  readonly apiBase?: string | undefined;
}

/** The client never retries by itself: our own log decides whether a transfer may be requested again. */
export function openStripe({ apiKey, apiBase }: StripeAddress): Stripe {
  const address = apiBase ? new URL(apiBase) : undefined;
  return new Stripe(apiKey, {
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 20_000,
    ...(address && {
      protocol: address.protocol === 'https:' ? 'https' : 'http',
      host: address.hostname,
      port: address.port || (address.protocol === 'https:' ? '443' : '80'),
    }),
  });
}
