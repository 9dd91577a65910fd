import Stripe from 'stripe';

export interface StripeAddress {
  readonly apiKey: string;
  /** Where the API is, for a Stripe that is not Stripe's: `http://127.0.0.1:12111`. */
  readonly apiBase?: string | undefined;
}

/** The client, which never retries by itself: whether a transfer may be asked for again is decided from our own log. */
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
