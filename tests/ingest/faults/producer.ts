import { gzipSync } from 'node:zlib';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import type { Random } from '../../support/marketplace/prng.ts';
import { basic } from '../gateway/test-gateway.ts';
import { type ProducedEvent, produce } from './events.ts';

type Track = Parameters<RudderAnalytics['track']>;

/** A service of the marketplace that sends events and records which ones were acknowledged. */
export class Producer {
  readonly sent = new Map<string, ProducedEvent>();
  readonly acknowledged = new Set<string>();
  /** Events in all requests that were acknowledged, repetitions too. */
  acknowledgedCount = 0;
  readonly #random: Random;
  readonly #writeKey: string;

  constructor(random: Random, writeKey: string) {
    this.#random = random;
    this.#writeKey = writeKey;
  }

  /** Sends new events through RudderStack's SDK, and at the same time old and new ones over HTTP, repeated and out of order. */
  async sendRound(dataPlaneUrl: string): Promise<void> {
    const sdk = new RudderAnalytics(this.#writeKey, {
      dataPlaneUrl,
      flushAt: 6,
      logLevel: 'none',
      errorHandler: () => undefined,
      // It tries again as often as it does, but without the pauses.
      axiosRetryConfig: { retryDelay: () => 0 },
    });
    await Promise.all([this.#throughSdk(sdk), this.#overHttp(dataPlaneUrl), this.#overHttp(dataPlaneUrl)]);
  }

  #new(count: number): ProducedEvent[] {
    return Array.from({ length: count }, () => {
      const event = produce(`e-${this.sent.size}`, this.#random);
      this.sent.set(event.id, event);
      return event;
    });
  }

  /** Some of what was sent before, in any order; most of what was not acknowledged is among it. */
  #again(): ProducedEvent[] {
    const all = [...this.sent.values()];
    const retried = all.filter(({ id }) => !this.acknowledged.has(id) && this.#random.chance(0.4));
    const some = Array.from({ length: this.#random.between(0, 4) }, () => this.#random.pick(all));
    return [...retried, ...some];
  }

  async #throughSdk(sdk: RudderAnalytics): Promise<void> {
    const events = this.#new(this.#random.between(3, 14));
    if (this.#random.chance(0.5)) events.push(...this.#again());
    const outcomes = events.map(
      (event) =>
        new Promise<void>((resolve) => {
          const { type, timestamp, ...message } = event.message;
          const at = timestamp === undefined ? {} : { timestamp: new Date(String(timestamp)) };
          const callback = (error?: Error): void => {
            if (!error) this.#acknowledge([event]);
            resolve();
          };
          const method = type as 'track';
          sdk[method]({ ...message, ...at } as unknown as Track[0], callback);
        }),
    );
    for (let flushes = 0; flushes <= events.length; flushes += 6) await sdk.flush().catch(() => undefined);
    await Promise.all(outcomes);
  }

  async #overHttp(dataPlaneUrl: string): Promise<void> {
    const events = [...this.#new(this.#random.between(1, 5)), ...this.#again()];
    const order = events.map((event) => ({ event, place: this.#random.unit() }));
    const batch = order.sort((a, b) => a.place - b.place).map(({ event }) => event);
    const body = JSON.stringify({ batch: batch.map(({ message }) => message) });
    const zipped = this.#random.chance(0.5);
    const answer = await fetch(`${dataPlaneUrl}/v1/batch`, {
      method: 'POST',
      headers: { authorization: basic(this.#writeKey), ...(zipped && { 'content-encoding': 'gzip' }) },
      body: zipped ? gzipSync(body) : body,
    }).catch(() => undefined);
    if (answer?.status === 200) this.#acknowledge(batch);
    await answer?.text().catch(() => undefined);
  }

  #acknowledge(events: readonly ProducedEvent[]): void {
    this.acknowledgedCount += events.length;
    for (const { id } of events) this.acknowledged.add(id);
  }
}
