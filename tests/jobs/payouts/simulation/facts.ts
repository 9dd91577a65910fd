import { acknowledgeBreaks } from '../../../../jobs/break-decisions.ts';
import { recordBreaks } from '../../../../jobs/break-history.ts';
import { instant } from '../../../../warehouse/clock.ts';
import { decimalToMinor } from '../../../../warehouse/money.ts';
import { parsePeriod } from '../../../../warehouse/period.ts';
import type { Message } from '../../../ingest/load/receipts.ts';
import { PAYABLE } from '../../january.ts';
import type { Scene } from './scene.ts';
import { chargeOf, eventsOf, FACTS, type Fact, type World } from './worlds.ts';

const JANUARY = parsePeriod('2026-01');

/** While something was known that speaks against paying a creator; in ms. */
interface Against {
  readonly creator_id: string;
  readonly fact: Fact;
  readonly from: number;
  until: number;
}

/** What becomes known of one creator during a course, one fact after another, each once; and that it is over. */
export class Facts {
  readonly against: Against[] = [];
  /** The events of it. */
  readonly events: Message[] = [];
  world: World | undefined;
  readonly #scene: Scene;
  readonly #fixture;
  readonly #left: Set<Fact>;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#fixture = scene.random.pick(PAYABLE);
    this.#left = new Set(scene.has('fact') ? FACTS : []);
  }

  acts(): (() => Promise<void>)[] {
    if (this.#current) return [() => this.#end()];
    const possible = [...this.#left].filter((fact) => fact !== 'dispute' || this.#scene.isFunded());
    return possible.map((fact) => () => this.#begin(fact));
  }

  /** Nothing is against anybody any more. */
  async heal(): Promise<void> {
    if (this.#current) await this.#end();
    this.#left.clear();
  }

  get #current(): Against | undefined {
    const last = this.against.at(-1);
    return last?.until === Number.POSITIVE_INFINITY ? last : undefined;
  }

  async #begin(fact: Fact): Promise<void> {
    const { scheduler, stripe } = this.#scene;
    const from = scheduler.now();
    this.#left.delete(fact);
    this.world = { fixture: this.#fixture, fact, isOver: false };
    this.against.push({ creator_id: `cr_${this.#fixture.name}`, fact, from, until: Number.POSITIVE_INFINITY });
    scheduler.note(`against ${this.#fixture.name}: ${fact}`);
    if (fact === 'dispute') {
      const { name, currency, sales } = this.#fixture;
      const amount_minor = decimalToMinor(sales[0] ?? '', currency);
      const id = `dp_${name}`;
      stripe.dispute({
        ...{ id, charge: chargeOf(this.#fixture), amount_minor },
        ...{ created_at_ms: from, status: 'needs_response' },
      });
    }
    if (fact === 'break') await this.#compare();
  }

  async #end(): Promise<void> {
    const { scheduler, stripe, random } = this.#scene;
    const { world } = this;
    const current = this.#current;
    if (!world || !current) return;
    const now = scheduler.now();
    scheduler.note(`no longer against ${this.#fixture.name}: ${world.fact}`);
    if (world.fact === 'dispute') stripe.closeDispute({ id: `dp_${this.#fixture.name}`, won: true, at_ms: now });
    if (world.fact === 'break' && random.chance(0.5)) await this.#acknowledge();
    else this.world = { ...world, isOver: true };
    if (world.fact === 'break') await this.#compare();
    current.until = now;
    const times = { from: instant(current.from), until: instant(now) };
    this.events.push(...eventsOf({ ...world, isOver: true }, times));
  }

  /** A comparison with Stripe has ended. */
  async #compare(): Promise<void> {
    await this.#scene.scheduler.track(() => recordBreaks(this.#stores(), { period: JANUARY, by: 'schedule' }));
  }

  async #acknowledge(): Promise<void> {
    const breakIds = [`charge:${chargeOf(this.#fixture)}`];
    const request = { period: JANUARY, breakIds, sentence: 'Agreed.', by: 'cleo' };
    await this.#scene.scheduler.track(() => acknowledgeBreaks(this.#stores(), request));
  }

  #stores() {
    return this.#scene.stores();
  }
}
