import { type RawBuilder, sql } from 'kysely';
import { messageOf, Unavailable } from '../warehouse/errors.ts';
import type { Operational } from '../warehouse/operational/operational.ts';

/** A person has stopped the run. */
export class StoppedRun extends Unavailable {
  override name = 'StoppedRun';
}

/** How long a claim is valid without renewal. */
const LEASE_MS = 60_000;

/** Another process may have taken over what a run was doing; it stops, and every further write of it to the log of payouts is refused. */
export class LeaseLost extends Unavailable {
  override name = 'LeaseLost';
}

/** When a lease that is taken or renewed now expires. Only the clock of the control store judges leases: the clocks of processes differ. */
export function leaseEnd(): RawBuilder<string> {
  return sql<string>`store_clock() + ${sql.lit(LEASE_MS)} * interval '1 millisecond'`;
}

/** Whether the lease of a run in `job_runs` has expired. */
export function isLeaseExpired(): RawBuilder<boolean> {
  return sql<boolean>`(lease_expires_at <= store_clock())`;
}

/** Throws `LeaseLost` unless the run holds its lease now. */
export async function assertLease(operational: Operational, runId: string): Promise<void> {
  const held = await operational
    .selectFrom('job_runs')
    .select('run_id')
    .where('run_id', '=', runId)
    .where('state', '=', 'running')
    .where(isLeaseExpired(), '=', false)
    .executeTakeFirst();
  if (!held) throw new LeaseLost(`The run ${runId} was stopped because it has lost its lease.`);
}

/**
 * Renews the lease of a run until it ends, and sees whether a person has asked the run to stop. `lost` is aborted with `LeaseLost` when the lease is another's or has expired, also because the
 * store could not be reached for so long.
 */
export class Lease {
  readonly #operational: Operational;
  readonly #runId: string;
  readonly #lost = new AbortController();
  readonly #stopped = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #failures = 0;

  constructor(operational: Operational, { runId }: { runId: string }) {
    this.#operational = operational;
    this.#runId = runId;
    this.#timer = setInterval(() => void this.renew(), LEASE_MS / 3).unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Aborted with `StoppedRun` when a person has asked the run to stop. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  async renew(): Promise<void> {
    try {
      const renewed = await this.#operational
        .updateTable('job_runs')
        .set({ lease_expires_at: leaseEnd() })
        .where('run_id', '=', this.#runId)
        .where('state', '=', 'running')
        .where(isLeaseExpired(), '=', false)
        .returning(['job', 'stop_requested_by'])
        .executeTakeFirst();
      if (!renewed) this.#lose('another process took over, or the lease was not renewed in time');
      else if (renewed.stop_requested_by !== null && !this.#stopped.signal.aborted) {
        this.#stopped.abort(
          new StoppedRun(`${renewed.job} was stopped by ${renewed.stop_requested_by}; start it again when it may run.`),
        );
      }
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      // The lease that was renewed last has expired by then.
      if (this.#failures === 3) this.#lose(`the control store could not be reached: ${messageOf(error)}`);
    }
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #lose(because: string): void {
    this.end();
    this.#lost.abort(new LeaseLost(`The run ${this.#runId} was stopped because it has lost its lease: ${because}.`));
  }
}
