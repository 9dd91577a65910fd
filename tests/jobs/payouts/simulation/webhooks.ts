import { storeEvent } from '../../../../ingest/stripe/inbox.ts';
import { parseSnapshotEvent } from '../../../../ingest/stripe/received-event.ts';
import { eventAbout } from '../../../support/stripe/webhooks.ts';
import type { Scene } from './scene.ts';

/** The events of Stripe about what changes by itself. With the kind `webhook` they come late, twice, in another order, or never. */
export class Webhooks {
  readonly #scene: Scene;
  #waiting: object[] = [];
  #number = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Something has changed at Stripe. */
  about(type: string, object: { readonly id: string; readonly object: string }, account?: string): void {
    const { random, scheduler } = this.#scene;
    const id = `evt_${++this.#number}`;
    const event = eventAbout(type, { ...object }, { id, created_at_ms: scheduler.now(), ...(account && { account }) });
    const times = this.#scene.has('webhook') ? random.pick([0, 1, 1, 2]) : 1;
    this.#waiting.push(...Array.from({ length: times }, () => event));
    scheduler.note(`${id} ${type} of ${object.id} will come ${times} times`);
  }

  acts(): (() => Promise<void>)[] {
    if (this.#waiting.length === 0) return [];
    return [
      () => this.#deliver(this.#scene.has('webhook') ? this.#scene.random.pick(this.#waiting) : this.#waiting[0]),
    ];
  }

  /** All that still come have come. */
  async heal(): Promise<void> {
    while (this.#waiting.length > 0) await this.#deliver(this.#waiting[0]);
  }

  async #deliver(event: object | undefined): Promise<void> {
    if (!event) return;
    const { scheduler } = this.#scene;
    this.#waiting = this.#waiting.toSpliced(this.#waiting.indexOf(event), 1);
    const { operational } = this.#scene.stores();
    const delivery = { event: parseSnapshotEvent(event as never), body: JSON.stringify(event), clock: scheduler };
    await scheduler.track(() => storeEvent(operational, delivery));
    scheduler.note(`${delivery.event.event_id} is delivered`);
  }
}
