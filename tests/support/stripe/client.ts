import Stripe from 'stripe';

export interface ClientOptions {
  readonly timeoutMs?: number;
  /** What sends the requests; default: Node's. */
  readonly httpClient?: Stripe.HttpClient;
}

/** The real client, without retries, for a local Stripe. */
export function stripeClient(
  { url, apiKey }: { url: string; apiKey: string },
  { timeoutMs = 10_000, httpClient }: ClientOptions = {},
): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(apiKey, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeoutMs,
    ...(httpClient && { httpClient }),
  });
}
