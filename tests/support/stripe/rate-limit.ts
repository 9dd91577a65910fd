/** Stripe's limit per operation: so many requests within any second. Source: docs.stripe.com/rate-limits. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #times = new Map<string, number[]>();

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Counts a request, unless it exceeds the limit. */
  allows(operation: string, now_ms: number): boolean {
    const recent = (this.#times.get(operation) ?? []).filter((time) => time > now_ms - 1000);
    const isAllowed = recent.length < this.#perSecond;
    this.#times.set(operation, isAllowed ? [...recent, now_ms] : recent);
    return isAllowed;
  }
}
