import { type Insertable, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import type { OperationalTables } from '../../../warehouse/operational/schema.ts';
import { temporaryFolder } from '../folder.ts';
import { copyFreshStore } from './fresh-store.ts';
import { STORES } from './stores.ts';

const AT = '2026-02-02T05:00:00.123Z';

function run(change: Partial<Insertable<OperationalTables['job_runs']>> = {}) {
  return {
    run_id: 'run_1',
    job: 'close-period',
    period: '2026-01',
    state: 'running' as const,
    started_by: 'ada',
    started_at: AT,
    lease_expires_at: AT,
    finished_at: null,
    progress: null,
    stop_requested_at: null,
    stop_requested_by: null,
    outcome: null,
    error: null,
    options: null,
    interrupted_at: null,
    ...change,
  };
}

const BATCH = {
  batch_id: 'batch_2026-01',
  period: '2026-01',
  sequence: 1,
  state: 'planned' as const,
  planned_by: 'ada',
  planned_at: AT,
  approved_by: null,
  approved_at: null,
  ledger_seal: null,
  approval_hash: null,
};
const LINE = {
  payout_id: 'po_1',
  batch_id: BATCH.batch_id,
  creator_id: 'cr_ada',
  currency: 'USD',
  amount_minor: 9_007_199_254_740_993n,
  account_id_stripe: 'acct_ada',
  reason: 'payable',
  body: '{}',
  body_hash: '0'.repeat(64),
};
const ENTRY = {
  payout_id: 'po_1',
  state: 'intent' as const,
  attempt: 1,
  logged_at: AT,
  transfer_id_stripe: null,
  reason: null,
  changed_by: 'ada',
  run_id: 'run_1',
};
const APPROVED = { ...ENTRY, state: 'approved' as const, attempt: null, line_hash: '1'.repeat(64) };
/** That of a run whose lease is valid for long. */
const LEASE = { lease_expires_at: '2999-01-01T00:00:00.000Z' };
const BEN_APPROVES = { state: 'approved' as const, approved_by: 'ben', ledger_seal: 's', approval_hash: 'h' };
const ACKNOWLEDGEMENT = {
  period: '2026-01',
  exception_id: 'sale:sale_1',
  exception_reason: 'terms_missing',
  fact_count: 1n,
  suspended_amount: '12',
  currency: 'USD',
  units: '1',
  facts_digest: 'f'.repeat(64),
  sentence: 'The terms come later.',
  acknowledged_by: 'ada',
  acknowledged_at: AT,
};
const KEY = {
  api_key_id: 'key_1',
  name: 'Ada',
  role: 'creator' as const,
  creator_id: 'cr_ada',
  secret_hash: '0'.repeat(64),
  created_at: AT,
  secret_made_at: AT,
  revoked_at: null,
};

describe.each(STORES)('the control store on $engine', ({ make, isServer }) => {
  let store: Awaited<ReturnType<typeof make>>;
  let db: Operational;
  beforeAll(async () => {
    store = await make();
    db = await openOperational(store.address);
  });
  afterAll(async () => {
    await db.destroy();
    await store.drop();
  });
  beforeEach(async () => {
    await sql`truncate job_runs, schedule_marks, exception_acknowledgements, breaks_seen, break_history, break_acknowledgements, payout_batches, payout_lines, payout_log, payout_reversal_log, payout_approvals, documents, outbox, stripe_inbox, api_keys cascade`.execute(
      db,
    );
  });

  const insert = <T extends keyof OperationalTables>(table: T, row: Insertable<OperationalTables[T]>) =>
    db.insertInto(table).values(row).execute();

  test('returns exact integers, instants in UTC, and JSON as a value', async () => {
    await insert('payout_batches', BATCH);
    await insert('payout_lines', LINE);
    await insert('job_runs', run({ outcome: JSON.stringify({ b: [1, null], a: 'x' }) }));
    expect(await db.selectFrom('payout_batches').selectAll().execute()).toEqual([BATCH]);
    expect(await db.selectFrom('payout_lines').selectAll().execute()).toEqual([LINE]);
    expect(await db.selectFrom('job_runs').selectAll().execute()).toEqual([
      run({ outcome: { b: [1, null], a: 'x' } as never }),
    ]);
    const { rows } = await sql<object>`select count(*) as n, timestamptz '2026-01-31 23:30:00-02:30' as moment`.execute(
      db,
    );
    expect(rows).toEqual([{ n: 2n - 1n, moment: '2026-02-01T02:00:00.000Z' }]);
  });

  test("compares instants independent of the session's time zone", async () => {
    await insert('job_runs', run({ lease_expires_at: '2026-02-02T05:00:00.000Z' }));
    const alive = (now: string) =>
      db.selectFrom('job_runs').select('run_id').where('lease_expires_at', '>=', now).execute();
    expect(await alive('2026-02-02T05:00:00.000Z')).toHaveLength(1);
    expect(await alive('2026-02-02T05:00:00.001Z')).toHaveLength(0);
  });

  test('counts changed rows, and numbers log entries', async () => {
    await insert('payout_batches', BATCH);
    await insert('payout_lines', LINE);
    await insert('job_runs', run(LEASE));
    await insert('payout_log', APPROVED);
    await insert('payout_log', ENTRY);
    const entries = await db.selectFrom('payout_log').select(['entry', 'state']).orderBy('entry').execute();
    expect(entries.map(({ state }) => state)).toEqual(['approved', 'intent']);
    expect(entries.every(({ entry }) => typeof entry === 'bigint')).toBe(true);
    const approve = () =>
      db.updateTable('payout_batches').set(BEN_APPROVES).where('state', '=', 'planned').executeTakeFirst();
    expect((await approve()).numUpdatedRows).toBe(1n);
    expect((await approve()).numUpdatedRows).toBe(0n);
  });

  test('rolls back a transaction that throws, and the next one works', async () => {
    const broken = db.transaction().execute(async (transaction) => {
      await transaction.insertInto('payout_batches').values(BATCH).execute();
      await transaction.insertInto('payout_batches').values(BATCH).execute();
    });
    await expect(broken).rejects.toThrow(/unique/);
    expect(await db.selectFrom('payout_batches').selectAll().execute()).toEqual([]);
    await db.transaction().execute((transaction) => transaction.insertInto('payout_batches').values(BATCH).execute());
    expect(await db.selectFrom('payout_batches').selectAll().execute()).toHaveLength(1);
  });

  test('is migrated once: opening it again changes nothing', async () => {
    if (store.address.kind === 'postgres') {
      const [again, andAgain] = await Promise.all([openOperational(store.address), openOperational(store.address)]);
      await Promise.all([again.destroy(), andAgain.destroy()]);
    }
    await using folder = await temporaryFolder();
    const address = store.address.kind === 'pglite' ? { ...store.address, folder: folder.path } : store.address;
    if (address.kind === 'pglite') await copyFreshStore(folder.path);
    const structure = async (opened: Operational) =>
      (
        await sql`select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public' order by 1, 2`.execute(
          opened,
        )
      ).rows;
    const first = await openOperational(address);
    await first.insertInto('payout_batches').values(BATCH).execute();
    const before = await structure(first);
    await first.destroy();
    const second = await openOperational(address);
    expect(await structure(second)).toEqual(before);
    expect(await second.selectFrom('payout_batches').selectAll().execute()).toEqual([BATCH]);
    await second.destroy();
  });

  describe('enforces that', () => {
    beforeEach(async () => {
      await insert('payout_batches', BATCH);
      await insert('payout_lines', LINE);
    });
    const refused = async (write: Promise<unknown>) => expect(write).rejects.toThrow(/violates|duplicate/);

    test('one run of a job and period is running at a time', async () => {
      await insert('job_runs', run());
      await refused(insert('job_runs', run({ run_id: 'run_2' })));
      await insert('job_runs', run({ run_id: 'run_3', period: '2026-02' }));
      await insert('job_runs', run({ run_id: 'run_4', job: 'issue-statements' }));
      await insert('job_runs', run({ run_id: 'run_5', state: 'done' }));
      await db.updateTable('job_runs').set({ state: 'failed' }).where('run_id', '=', 'run_1').execute();
      await insert('job_runs', run({ run_id: 'run_6' }));
    });

    test('an acknowledgement has a sentence, and a later one leaves it as it is', async () => {
      await insert('exception_acknowledgements', ACKNOWLEDGEMENT);
      await refused(insert('exception_acknowledgements', { ...ACKNOWLEDGEMENT, sentence: '' }));
      await insert('exception_acknowledgements', ACKNOWLEDGEMENT);
    });

    test('a break is seen once a period, assigned to somebody, and acknowledged with a sentence', async () => {
      const state = { break_class: 'amount_differs', currency: 'USD', ledger_minor: 1n, stripe_minor: null };
      const more = { settled_currency: null, settled_minor: null, fee_minor: null, state_digest: 'd' };
      const row = { period: '2026-01', break_id: 'charge:ch_1', ...state, ...more };
      const at = '2026-02-02T04:00:00.000Z';
      const seen = { ...row, first_seen_at: at, last_seen_at: at, cleared_at: null, owner: null };
      await insert('breaks_seen', seen);
      await refused(insert('breaks_seen', seen));
      const change = { ...row, change: 'assigned', changed_at: at, changed_by: 'ada', owner: 'ben' } as const;
      await insert('break_history', change);
      await refused(insert('break_history', { ...change, owner: null }));
      const given = { ...row, sentence: 'It is known.', acknowledged_by: 'ada', acknowledged_at: at };
      await insert('break_acknowledgements', given);
      await refused(insert('break_acknowledgements', { ...given, sentence: '' }));
    });

    test('an event is in the outbox once', async () => {
      const event = { message_id: 'po_1-sent', event: 'Payout Sent', properties: '{}', occurred_at: AT, sent_at: null };
      await insert('outbox', event);
      await refused(insert('outbox', event));
    });

    test('only the key of a creator has a creator', async () => {
      await insert('api_keys', KEY);
      await refused(insert('api_keys', { ...KEY, api_key_id: 'key_2', creator_id: null }));
      await refused(insert('api_keys', { ...KEY, api_key_id: 'key_2', role: 'finance' }));
      await refused(insert('api_keys', { ...KEY, api_key_id: 'key_2', role: 'root' as 'finance' }));
    });

    test('unknown states are refused', async () => {
      await refused(insert('job_runs', run({ state: 'asleep' as 'running' })));
      await refused(
        db
          .updateTable('payout_batches')
          .set({ state: 'lost' as 'sent' })
          .execute(),
      );
    });
  });

  test.runIf(isServer)('gives up the locks of a process that was stopped in a transaction', async () => {
    const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(db);
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '45s' }]);
    const other = await openOperational(store.address);
    await insert('job_runs', run({ run_id: 'run_locked' }));
    const isLocked = Promise.withResolvers<void>();
    const isResumed = Promise.withResolvers<void>();
    const paused = db.transaction().execute(async (transaction) => {
      await sql`set local idle_in_transaction_session_timeout = 1`.execute(transaction);
      await sql`select 1 from job_runs where run_id = 'run_locked' for update`.execute(transaction);
      isLocked.resolve();
      await isResumed.promise;
      await sql`select 1`.execute(transaction);
    });
    await isLocked.promise;
    await sql`select 1 from job_runs where run_id = 'run_locked' for update`.execute(other);
    await other.destroy();
    isResumed.resolve();
    await expect(paused).rejects.toThrow('The control store cannot be reached');
  });

  test.runIf(isServer)('survives the loss of its idle connections', async () => {
    await sql`select 1`.execute(db);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      db,
    );
    const other = await openOperational(store.address);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      other,
    );
    await other.destroy();
    await expect
      .poll(() =>
        sql`select 1 as one`.execute(db).then(
          ({ rows }) => rows,
          () => [],
        ),
      )
      .toEqual([{ one: 1 }]);
  });
});
