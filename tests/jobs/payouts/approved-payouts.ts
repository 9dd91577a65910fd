import { type Selectable, sql } from 'kysely';
import { expect } from 'vitest';
import type { Outcome } from '../../../jobs/job.ts';
import { approvePayouts } from '../../../jobs/payouts/approve-payouts.ts';
import { payoutIdOf } from '../../../jobs/payouts/batches.ts';
import { takeStep } from '../../../jobs/payouts/payout-log.ts';
import { planPayouts } from '../../../jobs/payouts/plan-payouts.ts';
import { sendPayouts } from '../../../jobs/payouts/send-payouts.ts';
import { statusOf } from '../../../jobs/payouts/status.ts';
import { Unavailable } from '../../../warehouse/errors.ts';
import type { OperationalTables } from '../../../warehouse/operational/schema.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { restartWithJanuary } from '../closed-january.ts';
import { openAccount, PAID, PAYABLE } from '../january.ts';
import { CLOSING, holdLease, openTestServices, RUN, type TestServices } from '../test-services.ts';

type PayoutBatch = Selectable<OperationalTables['payout_batches']>;
type PayoutLine = Selectable<OperationalTables['payout_lines']>;
type LineAccount = Selectable<OperationalTables['payout_line_accounts']>;
type Approval = Omit<Selectable<OperationalTables['payout_approvals']>, 'entry'>;
type LogEntry = Omit<Selectable<OperationalTables['payout_log']>, 'entry'>;

/** A closed January; `approve` starts over with its three payouts approved and a new local Stripe. */
export class ApprovedPayouts implements AsyncDisposable {
  readonly harness: TestServices;
  /** The approved batch and its lines; planning takes longer than storing them again. */
  #approved:
    | {
        readonly batch: PayoutBatch;
        readonly lines: readonly PayoutLine[];
        readonly accounts: readonly LineAccount[];
        readonly log: readonly LogEntry[];
        readonly approvals: readonly Approval[];
      }
    | undefined;

  private constructor(harness: TestServices) {
    this.harness = harness;
  }

  static async open(): Promise<ApprovedPayouts> {
    const harness = await openTestServices();
    await restartWithJanuary(harness);
    return new ApprovedPayouts(harness);
  }

  get operational() {
    return this.harness.services.operational;
  }

  /** Starts over with the accounts of the creators at Stripe, and nothing planned. */
  async begin(): Promise<void> {
    await this.harness.restart('books');
    for (const story of PAYABLE) openAccount(story, this.harness.stripe);
  }

  /** Starts over with three approved payouts, and with the money for them unless `funded` is false. */
  async approve({ funded = true } = {}): Promise<void> {
    await this.begin();
    if (funded) this.fund();
    if (this.#approved) {
      const { batch, lines, accounts, log, approvals } = this.#approved;
      await holdLease(this.operational);
      await this.operational.insertInto('payout_batches').values(batch).execute();
      await this.operational.insertInto('payout_lines').values(lines).execute();
      await this.operational.insertInto('payout_line_accounts').values(accounts).execute();
      await this.operational.insertInto('payout_log').values(log).execute();
      await this.operational.insertInto('payout_approvals').values(approvals).execute();
      return;
    }
    await this.harness.run(planPayouts, '2026-01', 'ada');
    await this.harness.run(approvePayouts, '2026-01', 'ben');
    this.#approved = {
      batch: await this.operational.selectFrom('payout_batches').selectAll().executeTakeFirstOrThrow(),
      lines: await this.operational.selectFrom('payout_lines').selectAll().execute(),
      accounts: await this.operational.selectFrom('payout_line_accounts').selectAll().execute(),
      approvals: (await this.operational.selectFrom('payout_approvals').selectAll().execute()).map(
        ({ entry: _, ...approval }) => approval,
      ),
      log: (await this.operational.selectFrom('payout_log').selectAll().execute()).map(
        ({ entry: _, run_id: __, ...step }) => ({ ...step, run_id: null }),
      ),
    };
    await this.approve({ funded });
  }

  fund(): void {
    const created_at_ms = Date.parse(CLOSING);
    for (const currency of ['usd', 'eur']) {
      this.harness.stripe.charge({ id: `ch_${currency}`, amount_minor: 1000_00n, currency, created_at_ms });
    }
  }

  send(): Promise<Outcome> {
    return this.harness.run(sendPayouts, '2026-01');
  }

  /** Makes the transfer of a creator and logs it, as the sender does, which takes longer; `RUN` holds its lease then. */
  async markAsSent(creator: string): Promise<void> {
    const { services } = this.harness;
    await holdLease(this.operational).catch(() => undefined);
    const line = await this.line(creator);
    const transfer = await services.stripe?.transfers.create(JSON.parse(line.body ?? ''), {
      idempotencyKey: keyOf(creator),
    });
    const sent = { state: 'sent', attempt: 1, transfer_id_stripe: transfer?.id ?? '' } as const;
    const author = { changed_by: 'ada', run_id: RUN.runId };
    for (const step of [{ state: 'intent', attempt: 1 } as const, sent])
      await takeStep(services, { line, period: parsePeriod('2026-01'), author, step });
  }

  /** Runs the sender repeatedly, as the schedule does, until no payout waits. */
  async sendUntilSent(): Promise<void> {
    for (let runs = 0; runs < 15; runs++) {
      const outcome = await this.send().catch((error: unknown) => {
        if (!(error instanceof Unavailable)) throw error;
      });
      if (outcome?.waiting === 0) return;
    }
    throw new Error('Payouts still wait after fifteen runs.');
  }

  /** The log of a creator's payout after its approval: `intent 1`, `sent 1`, `held break_open`. */
  async log(creator: string): Promise<string[]> {
    const entries = await this.operational
      .selectFrom('payout_log')
      .select(['state', 'attempt', 'reason'])
      .where('payout_id', '=', payoutOf(creator))
      .where('state', '<>', 'approved')
      .orderBy('entry')
      .execute();
    return entries.map(({ state, attempt, reason }) => [state, attempt ?? reason ?? []].flat().join(' '));
  }

  line(creator: string): Promise<PayoutLine> {
    return this.operational
      .selectFrom('payout_lines')
      .selectAll()
      .where('creator_id', '=', creator)
      .executeTakeFirstOrThrow();
  }

  /** As if the store was restored from a backup that was made after the approval. */
  async loseLog(): Promise<void> {
    await this.operational.connection().execute(async (connection) => {
      await sql`set session_replication_role = replica`.execute(connection);
      await connection.deleteFrom('payout_log').where('state', '<>', 'approved').execute();
      await sql`set session_replication_role = origin`.execute(connection);
    });
    await this.operational.deleteFrom('outbox').execute();
    await this.operational.updateTable('payout_batches').set({ state: 'approved' }).execute();
  }

  outboxEvents() {
    return this.operational
      .selectFrom('outbox')
      .select(['event', 'message_id'])
      .where('event', 'in', ['Payout Sent', 'Payout Failed'])
      .orderBy('message_id')
      .execute();
  }

  /** Takes a transfer, or a part of it, back at Stripe as somebody else would. */
  async reverseAtStripe(creator: string, amount?: number): Promise<void> {
    const transfer = this.harness.stripe.transfers().find(({ metadata }) => metadata.creator_id === creator);
    await this.harness.services.stripe?.transfers.createReversal(transfer?.id ?? '', amount ? { amount } : {});
  }

  /** Where the payout of each creator is in its life. */
  async states(): Promise<Record<string, string>> {
    const status = await statusOf(this.harness.services, 'batch_2026-01');
    return Object.fromEntries(status.map(({ creator_id, state }) => [creator_id, state]));
  }

  /** What finance is told of the payout of each creator. */
  async sentences(): Promise<Record<string, string | null>> {
    const status = await statusOf(this.harness.services, 'batch_2026-01');
    return Object.fromEntries(status.map(({ creator_id, last_reason }) => [creator_id, last_reason]));
  }

  /** What was reported as taken back, in this order: `cr_ada 30.00 USD 2026-01`. */
  async reversals(): Promise<string[]> {
    const rows = await this.operational
      .selectFrom('outbox')
      .select('properties')
      .where('event', '=', 'Payout Reversed')
      .orderBy('entry')
      .execute();
    return rows.map(({ properties }) => {
      const { creator_id, amount, currency, payout_period } = properties as Record<string, string>;
      return [creator_id, amount, currency, payout_period].join(' ');
    });
  }

  /** Each payout is exactly one transfer of the planned amount, with one log entry and one event. */
  async eachSentOnce(): Promise<void> {
    const transfers = this.harness.stripe.transfers();
    const amounts = transfers.map(({ metadata, amount }) => [metadata.creator_id, BigInt(amount)] as const);
    expect(Object.fromEntries(amounts)).toEqual(PAID);
    expect(transfers).toHaveLength(3);
    const sent = await this.operational
      .selectFrom('payout_log')
      .select(['payout_id', 'transfer_id_stripe'])
      .where('state', '=', 'sent')
      .execute();
    expect(new Map(sent.map((entry) => [entry.payout_id, entry.transfer_id_stripe]))).toEqual(
      new Map(transfers.map(({ id, metadata }) => [metadata.payout_id, id])),
    );
    const ids = Object.keys(PAID).map((creator) => `${payoutOf(creator)}-sent`);
    expect(await this.outboxEvents()).toEqual(ids.sort().map((message_id) => ({ event: 'Payout Sent', message_id })));
    expect(await this.operational.selectFrom('payout_batches').select('state').execute()).toEqual([{ state: 'sent' }]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.harness[Symbol.asyncDispose]();
  }
}

export function payoutOf(creator: string): string {
  return payoutIdOf({
    batch_id: 'batch_2026-01',
    creator_id: creator,
    currency: creator === 'cr_cai' ? 'EUR' : 'USD',
  });
}

/** The idempotency key of a creator's payout. */
export function keyOf(creator: string, attempt = 1): string {
  return `batch_2026-01/${payoutOf(creator)}/a${attempt}`;
}
