import type { EventDeclaration, PropertiesOf } from '../../../ingest/events/event.ts';
import { derivedId } from '../../../warehouse/ids.ts';
import { type Period, periodEnd, periodStart } from '../../../warehouse/period.ts';
import type { Column } from '../../../warehouse/vocabulary/fields.ts';
import type { Act, EventAct, StripeAct } from './acts.ts';
import { type Random, seeded } from './prng.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** When something happens and, if later, when it is sent. */
interface When {
  readonly occurred_at_ms: number;
  readonly at_ms?: number;
}

/** Collects acts in any order and generates ids; everything is determined by the seed. */
export class Chronicle {
  readonly period: Period;
  /** The first instant of the period. */
  readonly start_ms: number;
  /** The first instant after it. */
  readonly end_ms: number;
  readonly random: Random;
  readonly events: EventAct[] = [];
  readonly #stripe: StripeAct[] = [];
  readonly #world: readonly [string, Period];
  readonly #counts = new Map<string, number>();

  constructor(seed: number, period: Period) {
    this.period = period;
    this.start_ms = periodStart(period);
    this.end_ms = periodEnd(period);
    this.random = seeded(seed);
    this.#world = [String(seed), period];
  }

  /** The next id of a kind: `use_` and 24 hex digits. */
  id(prefix: string): string {
    const ordinal = this.#counts.get(prefix) ?? 0;
    this.#counts.set(prefix, ordinal + 1);
    return derivedId(prefix, ...this.#world, String(ordinal));
  }

  /** An instant of the period, except its last minutes, which are for the invoices. */
  instant(): number {
    return this.random.between(this.start_ms, this.end_ms - 10 * MINUTE);
  }

  record<const C extends Column>(declaration: EventDeclaration<C>, when: When, properties: PropertiesOf<C>): void {
    const body: Record<string, unknown> = { event_version: declaration.version, ...properties };
    this.recordAsItIs({ event: declaration.name, user_id: String(body[declaration.subject]), properties: body }, when);
  }

  /** An unchecked event. */
  recordAsItIs(event: Pick<EventAct, 'event' | 'user_id' | 'properties'>, when: When): EventAct {
    const act: EventAct = { kind: 'event', at_ms: when.occurred_at_ms, ...when, ...event, message_id: this.id('msg') };
    this.events.push(act);
    return act;
  }

  repeat(act: EventAct, at_ms: number): void {
    this.events.push({ ...act, at_ms });
  }

  happenAtStripe(act: StripeAct): void {
    this.#stripe.push(act);
  }

  /** All acts in time order; at the same instant Stripe's come first, because events are sent after Stripe's response. */
  acts(): Act[] {
    return [...this.#stripe, ...this.events].sort((a, b) => a.at_ms - b.at_ms);
  }
}
