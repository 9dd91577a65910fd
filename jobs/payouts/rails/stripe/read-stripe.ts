import Stripe from 'stripe';
import { type Send, sendWithRetries, type Wait } from '../../../../ingest/stripe/retry.ts';
import { reasonOf, Unavailable } from '../../../../warehouse/errors.ts';
import type { Pacer } from '../../pacing.ts';

interface StripeRailOptions {
  /** At Stripe's limits: each operation has its own. */
  readonly pacer: Pacer;
  /** How to wait before a read is repeated; by default with a timer. */
  readonly wait?: Wait | undefined;
}

/** Reads from Stripe at its rate, each a few times if it is not answered. */
export class StripeReader {
  readonly #pacer: Pacer;
  readonly #send: Send;

  constructor({ pacer, wait }: StripeRailOptions) {
    this.#pacer = pacer;
    this.#send = sendWithRetries(wait);
  }

  /** Throws `Unavailable` if Stripe does not answer, or refuses; its cause is the client's error. */
  async read<T>(what: string, operation: string, read: () => PromiseLike<T>): Promise<T> {
    try {
      return await this.#send(() => this.#pacer.run(operation, async () => read()));
    } catch (cause) {
      if (!(cause instanceof Stripe.errors.StripeError) && !(cause instanceof Unavailable)) throw cause;
      throw new Unavailable(
        `The ${what} could not be read: ${reasonOf(cause)}; try again, or correct STRIPE_API_KEY if Stripe refuses the key.`,
        { cause },
      );
    }
  }

  /** All pages of a list. An object that was created between two pages may be missing: it is younger than the first read. */
  async pages<T extends { id: string }>(
    what: string,
    operation: string,
    list: (page: { limit: number; starting_after?: string }) => PromiseLike<{ data: T[]; has_more: boolean }>,
  ): Promise<T[]> {
    const items: T[] = [];
    for (;;) {
      const after = items.at(-1)?.id;
      const page = { limit: 100, ...(after !== undefined && { starting_after: after }) };
      const { data, has_more } = await this.read(what, operation, () => list(page));
      items.push(...data);
      if (!has_more || data.length === 0) return items;
    }
  }
}

/** Requests to Stripe at its rate; only reads are repeated. */
export abstract class StripeRequests {
  protected readonly stripe: Stripe;
  protected readonly pacer: Pacer;
  protected readonly reader: StripeReader;

  constructor(stripe: Stripe, options: StripeRailOptions) {
    this.stripe = stripe;
    this.pacer = options.pacer;
    this.reader = new StripeReader(options);
  }
}
