import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import { sha256Hex } from '../ids.ts';
import type { Operational } from './operational.ts';

/** The attempts of one counter in its current window, and how many milliseconds that still lasts. */
interface AttemptCount {
  readonly count: number;
  readonly endsInMs: number;
}

/** Counts attempts of many, each in a window that begins with its first attempt; after that, the next one begins. */
export interface AttemptCounts {
  /** Adds an attempt, and returns how many there are with it. */
  add(id: string, windowMs: number): Promise<AttemptCount>;
}

/** In this process, until it ends. */
export function memoryCounts(clock: Clock): AttemptCounts {
  const counters = new Map<string, { count: number; readonly endsAt: number }>();
  let cleanedAt = clock.now();
  return {
    async add(id, windowMs) {
      const now = clock.now();
      if (now - cleanedAt > windowMs) {
        for (const [each, { endsAt }] of counters) if (endsAt <= now) counters.delete(each);
        cleanedAt = now;
      }
      const known = counters.get(id);
      const counter = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs };
      counter.count += 1;
      counters.set(id, counter);
      return { count: counter.count, endsInMs: counter.endsAt - now };
    },
  };
}

/** How often a process removes the counters that have ended. */
const CLEANING_MS = 10 * 60_000;

/**
 * In the control store, by its clock: for all processes together, and beyond the end of each. Addresses are stored as hashes. Rejects as the store
 * does if it does not answer.
 */
export function sharedCounts(operational: Operational, clock: Clock): AttemptCounts {
  let cleanedAt = Number.NEGATIVE_INFINITY;
  return {
    async add(id, windowMs) {
      if (clock.now() - cleanedAt > CLEANING_MS) {
        cleanedAt = clock.now();
        await operational
          .deleteFrom('attempt_counts')
          .where('window_ends_at', '<=', sql<string>`clock_timestamp()`)
          .execute();
      }
      const hasEnded = sql`attempt_counts.window_ends_at <= clock_timestamp()`;
      return operational
        .insertInto('attempt_counts')
        .values({
          counter_hash: sha256Hex(id),
          count: 1,
          window_ends_at: sql<string>`clock_timestamp() + ${windowMs} * interval '1 millisecond'`,
        })
        .onConflict((conflict) =>
          conflict.column('counter_hash').doUpdateSet({
            count: sql<number>`case when ${hasEnded} then 1 else attempt_counts.count + 1 end`,
            window_ends_at: sql<string>`case when ${hasEnded} then excluded.window_ends_at else attempt_counts.window_ends_at end`,
          }),
        )
        .returning([
          'count',
          sql<number>`(extract(epoch from window_ends_at - clock_timestamp()) * 1000)::double precision`.as('endsInMs'),
        ])
        .executeTakeFirstOrThrow();
    },
  };
}
