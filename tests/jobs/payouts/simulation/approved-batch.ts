import { type Selectable, sql } from 'kysely';
import type { OutgoingEvent } from '../../../../ingest/outbox/emitter.ts';
import { closePeriod } from '../../../../jobs/close-period.ts';
import type { Services } from '../../../../jobs/job.ts';
import { loadEvents } from '../../../../jobs/load-events.ts';
import { approvePayouts } from '../../../../jobs/payouts/approve-payouts.ts';
import { planPayouts } from '../../../../jobs/payouts/plan-payouts.ts';
import type { TransferBody } from '../../../../jobs/payouts/rails/stripe/transfer.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { OperationalTables } from '../../../../warehouse/operational/schema.ts';
import type { Value, Warehouse } from '../../../../warehouse/warehouse.ts';
import { recordJanuary } from '../../january.ts';
import { holdLease, openTestServices, type TestServices } from '../../test-services.ts';
import { CREATORS } from './creators.ts';
import { gatedStore } from './gated-store.ts';
import type { Scheduler } from './scheduler.ts';
import { type World, Worlds } from './worlds.ts';

/** A payout as it was approved. */
export interface ApprovedLine {
  readonly payout_id: string;
  readonly creator_id: string;
  readonly body: TransferBody;
  readonly row: Selectable<OperationalTables['payout_lines']>;
}

/** The schema in which the rows of the control store after the approval are kept. */
const SAVED = 'approved';

/** The world in which a process reads the warehouse, at each moment. */
type Whereabouts = () => World | undefined;

/** A batch that people have planned and approved, once; every course begins with the stores as they were then. */
export class ApprovedBatch implements AsyncDisposable {
  readonly harness: TestServices;
  readonly worlds: Worlds;
  readonly lines: readonly ApprovedLine[];

  private constructor(harness: TestServices, lines: readonly ApprovedLine[]) {
    this.harness = harness;
    this.worlds = new Worlds(harness);
    this.lines = lines;
  }

  static async open(): Promise<ApprovedBatch> {
    const harness = await openTestServices();
    const { operational } = harness.services;
    await recordJanuary(harness, CREATORS);
    await harness.run(closePeriod, '2026-01');
    await harness.run(planPayouts, '2026-01', 'ada');
    await harness.run(approvePayouts, '2026-01', 'ben');
    await harness.run(loadEvents);
    await holdLease(operational);
    await saveRows(operational);
    return new ApprovedBatch(harness, await linesOf(operational, 'batch_2026-01'));
  }

  get store(): Operational {
    return this.harness.services.operational;
  }

  async restore(): Promise<void> {
    await restoreRows(this.store);
  }

  /** The services of a process. */
  servicesOf(
    scheduler: Scheduler,
    { stripe, emitted, whereabouts }: Pick<Services, 'stripe'> & { emitted: OutgoingEvent[]; whereabouts: Whereabouts },
  ): Services {
    const { services } = this.harness;
    return {
      ...services,
      clock: scheduler,
      stripe,
      wait: (ms) => scheduler.gate(`waits ${ms} ms`, { kind: 'timer', due: scheduler.now() + ms }),
      operational: gatedStore(this.store, scheduler),
      warehouse: this.warehouseIn(whereabouts, scheduler),
      spool: Object.assign(Object.create(services.spool), { seal: async () => undefined, segments: async () => [] }),
      emitter: {
        async send(events, acknowledged = async () => undefined) {
          await scheduler.gate(`▸ ${events.length} events`, { kind: 'events' });
          emitted.push(...events);
          await scheduler.gate(`◂ ${events.length} events`, { kind: 'events' });
          await acknowledged(events.map(({ messageId }) => messageId));
        },
        close: () => undefined,
      },
    };
  }

  warehouseIn(whereabouts: Whereabouts, scheduler: Scheduler): Warehouse {
    const query = (text: string, parameters?: readonly Value[]): Promise<unknown> =>
      scheduler.track(() => scheduler.context.exit(() => this.worlds.query(whereabouts(), text, parameters)));
    return new Proxy(this.harness.services.warehouse, {
      get(target, name) {
        if (name === 'query') return query;
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]): unknown => scheduler.track(async () => Reflect.apply(member, target, args));
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await sql`drop schema ${sql.id(SAVED)} cascade`.execute(this.store);
    await this.worlds[Symbol.asyncDispose]();
    await this.harness[Symbol.asyncDispose]();
  }
}

/** The payouts of a batch that are to be sent. */
export async function linesOf(operational: Operational, batchId: string): Promise<ApprovedLine[]> {
  const rows = await operational
    .selectFrom('payout_lines')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('reason', '=', 'payable')
    .orderBy('payout_id')
    .execute();
  return rows.map((row) => ({
    ...{ payout_id: row.payout_id, creator_id: row.creator_id, row },
    body: JSON.parse(requirePresent(row.body, 'A payable line has a request.')) as TransferBody,
  }));
}

/** A table with a computed column cannot take back a row as it was; those there are have nothing of payouts. */
const TABLES = `select table_name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%' and table_name not in
    (select table_name from information_schema.columns where table_schema = 'public' and is_generated = 'ALWAYS')`;

/** Copies the rows of every table, and makes the function that puts them back: as one it is planned once. */
async function saveRows(store: Operational): Promise<void> {
  const { rows: tables } = await sql<{ table_name: string }>`${sql.raw(TABLES)}`.execute(store);
  await sql`create schema ${sql.id(SAVED)}`.execute(store);
  const restoring: string[] = [];
  for (const { table_name: name } of tables) {
    await sql`create table ${sql.id(SAVED, name)} as table ${sql.id('public', name)}`.execute(store);
    restoring.push(`delete from public."${name}";`);
    restoring.push(`insert into public."${name}" overriding system value select * from ${SAVED}."${name}";`);
  }
  await sql
    .raw(`create function ${SAVED}.restore() returns void language plpgsql as $$ begin ${restoring.join(' ')} end $$`)
    .execute(store);
}

/** Without triggers and checks of foreign keys. */
async function restoreRows(store: Operational): Promise<void> {
  await store.transaction().execute(async (transaction) => {
    await sql`select set_config('session_replication_role', 'replica', true)`.execute(transaction);
    await sql`select ${sql.id(SAVED, 'restore')}()`.execute(transaction);
  });
}
