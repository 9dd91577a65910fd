import Stripe from 'stripe';
import { connectingAgent } from './leaving.ts';

/** The codes for which the client repeats a request: `HttpClient.CONNECTION_CLOSED_ERROR_CODES` in its source. */
const CONNECTION_CLOSED: readonly string[] = ['ECONNRESET', 'EPIPE'];

export interface StripeAddress {
  readonly apiKey: string;
  /** The address of a substitute for Stripe's API: `http://127.0.0.1:12111`. */
  readonly apiBase?: string | undefined;
}

export interface ClientOptions {
  readonly timeoutMs?: number;
  /** What sends the requests; by default Node's, over connections that are open before a request is written: see `leaveIf`. */
  readonly httpClient?: Stripe.HttpClient;
}

/** The client never repeats a request by itself: our own log decides whether a transfer may be requested again. */
export function openStripe(
  { apiKey, apiBase }: StripeAddress,
  { timeoutMs = 20_000, httpClient }: ClientOptions = {},
): Stripe {
  const address = apiBase ? new URL(apiBase) : undefined;
  const isSecure = address?.protocol !== 'http:';
  return new Stripe(apiKey, {
    maxNetworkRetries: 0,
    httpClient: withoutRetry(httpClient ?? Stripe.createNodeHttpClient(connectingAgent({ isSecure, timeoutMs }))),
    telemetry: false,
    timeout: timeoutMs,
    ...(address && {
      protocol: isSecure ? 'https' : 'http',
      host: address.hostname,
      port: address.port || (isSecure ? '443' : '80'),
    }),
  });
}

/**
 * The client repeats a request whose connection was reset once by itself, half a second later, even without retries: it recognises such an error by
 * its code. If the process is stopped in between for a day, the key of the request has expired. So the code is left out.
 */
function withoutRetry(client: Stripe.HttpClient): Stripe.HttpClient {
  return {
    getClientName: () => client.getClientName(),
    makeRequest: (...request) =>
      client.makeRequest(...request).catch((error: Error & { code?: string }) => {
        if (!CONNECTION_CLOSED.includes(error.code ?? '')) throw error;
        throw new Error(error.message, { cause: error });
      }),
  };
}
