import { setTimeout } from 'node:timers/promises';
import Stripe from 'stripe';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';

/** Sends a request that only reads, again where Stripe could not answer it. Throws what Stripe refuses it with. */
export type Ask = <T>(request: () => PromiseLike<T>) => Promise<T>;

export type Wait = (ms: number) => Promise<unknown>;

/** Waits before the second request, the third …; after the last Stripe counts as unavailable. */
const WAITS_MS = [1000, 2000, 4000, 8000, 16_000];

/** However long Stripe asks to be left alone, a run must not look dead. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Asks with patience: rate limits, errors of Stripe's own and broken connections pass, so the same request is sent again a
 * few times, after the time that Stripe names, else after longer and longer waits. Then throws `Unavailable`.
 */
export function askPatiently(wait: Wait = setTimeout): Ask {
  return async (request) => {
    for (const ms of WAITS_MS) {
      try {
        return await request();
      } catch (error) {
        if (!isPassing(error)) throw error;
        await wait(Math.max(ms, waitNamedBy(error)));
      }
    }
    try {
      return await request();
    } catch (error) {
      throw isPassing(error) ? new Unavailable(`Stripe could not be read: ${messageOf(error)}`) : error;
    }
  };
}

/** Sends a request once. */
export const askOnce: Ask = async (request) => request();

function isPassing(error: unknown): boolean {
  const { StripeConnectionError, StripeError, StripeRateLimitError } = Stripe.errors;
  if (error instanceof StripeConnectionError || error instanceof StripeRateLimitError) return true;
  return error instanceof StripeError && (error.statusCode ?? 0) >= 500;
}

/** `Retry-After` in whole seconds; a date, which it may be as well, is not what Stripe sends. */
function waitNamedBy(error: unknown): number {
  const named = error instanceof Stripe.errors.StripeError ? error.headers?.['retry-after'] : undefined;
  return named && /^\d+$/.test(named) ? Math.min(Number(named) * 1000, LONGEST_WAIT_MS) : 0;
}
