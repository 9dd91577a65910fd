import { setTimeout } from 'node:timers/promises';
import Stripe from 'stripe';
import { messageOf, Unavailable } from '../../warehouse/errors.ts';

/** Sends a read-only request, with or without retries. Throws the error with which Stripe refuses it. */
export type Send = <T>(request: () => PromiseLike<T>) => Promise<T>;

export type Wait = (ms: number) => Promise<unknown>;

/** The waits before the second, third … attempt; after the last one Stripe counts as unavailable. */
const WAITS_MS = [1000, 2000, 4000, 8000, 16_000];

/** The limit for `Retry-After`: a run must not look dead. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Retries rate limits, Stripe's own errors and broken connections a few times, after the time in `Retry-After` or with
 * increasing waits. Then throws `Unavailable`.
 */
export function sendWithRetries(wait: Wait = setTimeout): Send {
  return async (request) => {
    for (const ms of WAITS_MS) {
      try {
        return await request();
      } catch (error) {
        if (!isTransient(error)) throw error;
        await wait(Math.max(ms, retryAfterMs(error)));
      }
    }
    try {
      return await request();
    } catch (error) {
      throw isTransient(error) ? new Unavailable(`Stripe could not be read: ${messageOf(error)}`) : error;
    }
  };
}

/** Sends a request once. */
export const sendOnce: Send = async (request) => request();

function isTransient(error: unknown): boolean {
  const { StripeConnectionError, StripeError, StripeRateLimitError } = Stripe.errors;
  if (error instanceof StripeConnectionError || error instanceof StripeRateLimitError) return true;
  return error instanceof StripeError && (error.statusCode ?? 0) >= 500;
}

/** `Retry-After` in whole seconds; Stripe does not send dates, which the header allows too. */
function retryAfterMs(error: unknown): number {
  const seconds = error instanceof Stripe.errors.StripeError ? error.headers?.['retry-after'] : undefined;
  return seconds && /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, LONGEST_WAIT_MS) : 0;
}
