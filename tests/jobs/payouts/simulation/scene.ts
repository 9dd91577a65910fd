import type { OutgoingEvent } from '../../../../ingest/outbox/emitter.ts';
import type { BreakStores } from '../../../../jobs/breaks.ts';
import type { Period } from '../../../../warehouse/period.ts';
import type { Random } from '../../../support/marketplace/prng.ts';
import type { LocalStripe } from '../../../support/stripe/local-stripe.ts';
import type { ApprovedBatch, ApprovedLine } from './approved-batch.ts';
import type { Kind } from './kinds.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { World } from './worlds.ts';

/** Where those act who are no process: people in the control store and at Stripe, Stripe itself, banks and identity checks. */
export interface Scene {
  readonly batch: ApprovedBatch;
  readonly stripe: LocalStripe;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** The payouts that are being sent. */
  readonly lines: readonly ApprovedLine[];
  /** The month that is paid. */
  readonly period: Period;
  /** The events that have left the outbox. */
  readonly emitted: OutgoingEvent[];
  /** What is known in the warehouse now. */
  whereabouts(): World | undefined;
  has(kind: Kind): boolean;
  /** The processes that are stopped right before a request until its key has expired. */
  stopped(): readonly Process[];
  /** Whether January's charges are at Stripe. */
  isFunded(): boolean;
  /** The stores without gates: what is done in them is one step. */
  stores(): BreakStores;
}
