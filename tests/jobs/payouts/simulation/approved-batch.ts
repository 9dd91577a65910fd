import { sql } from 'kysely';
import type { OutgoingEvent } from '../../../../ingest/outbox/emitter.ts';
import type { Services } from '../../../../jobs/job.ts';
import type { TransferBody } from '../../../../jobs/payouts/rails/rail.ts';
import { requirePresent } from '../../../../warehouse/invariant.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { Value, Warehouse } from '../../../../warehouse/warehouse.ts';
import { ApprovedPayouts } from '../approved-payouts.ts';
import { gatedStore } from './gated-store.ts';
import type { Scheduler } from './scheduler.ts';

/** A payout as it was approved. */
export interface ApprovedLine {
  readonly payout_id: string;
  readonly creator_id: string;
  readonly body: TransferBody;
}

/** The schema in which the rows of the control store after the approval are kept. */
const SAVED = 'approved';

/** A batch that people have planned and approved, once; every course begins with the control store as it was then. */
export class ApprovedBatch implements AsyncDisposable {
  readonly payouts: ApprovedPayouts;
  readonly lines: readonly ApprovedLine[];
  readonly #answers = new Map<string, Promise<unknown>>();

  private constructor(payouts: ApprovedPayouts, lines: readonly ApprovedLine[]) {
    this.payouts = payouts;
    this.lines = lines;
  }

  static async open(): Promise<ApprovedBatch> {
    const payouts = await ApprovedPayouts.open();
    await payouts.approve();
    const { operational } = payouts;
    const lines = await operational.selectFrom('payout_lines').selectAll().orderBy('payout_id').execute();
    await saveRows(operational);
    return new ApprovedBatch(
      payouts,
      lines
        .filter(({ reason }) => reason === 'payable')
        .map(({ payout_id, creator_id, body }) => ({
          payout_id,
          creator_id,
          body: JSON.parse(requirePresent(body, 'A payable line has a request.')) as TransferBody,
        })),
    );
  }

  get store(): Operational {
    return this.payouts.operational;
  }

  async restore(): Promise<void> {
    await restoreRows(this.store);
  }

  /** The services of a process. What the warehouse holds does not change during a course, so each query runs once. */
  servicesOf(
    scheduler: Scheduler,
    { stripe, emitted }: Pick<Services, 'stripe'> & { emitted: OutgoingEvent[] },
  ): Services {
    const { services } = this.payouts.harness;
    return {
      ...services,
      clock: scheduler,
      stripe,
      wait: (ms) => scheduler.gate(`waits ${ms} ms`, { kind: 'timer', due: scheduler.now() + ms }),
      operational: gatedStore(this.store, scheduler),
      warehouse: this.#warehouseOf(services.warehouse, scheduler),
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

  #warehouseOf(warehouse: Warehouse, scheduler: Scheduler): Warehouse {
    const query = (text: string, parameters: readonly Value[] = []): Promise<unknown> => {
      const key = JSON.stringify([text, parameters], (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
      const known = this.#answers.get(key) ?? warehouse.query(text, parameters);
      this.#answers.set(key, known);
      return scheduler.track(() => known);
    };
    return new Proxy(warehouse, {
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
    await this.payouts[Symbol.asyncDispose]();
  }
}

const TABLES = `select table_name from information_schema.tables
  where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%'`;

/** Runs a statement for each table, in which %1$I is its name, without triggers and checks of foreign keys. */
async function forEachTable(store: Operational, statements: readonly string[]): Promise<void> {
  const body = statements.map((text) => `execute format('${text.replaceAll("'", "''")}', name);`).join(' ');
  await sql
    .raw(
      `do $run$ declare name text; begin
        perform set_config('session_replication_role', 'replica', true);
        for name in ${TABLES} loop ${body} end loop;
      end $run$`,
    )
    .execute(store);
}

async function saveRows(store: Operational): Promise<void> {
  await sql`create schema ${sql.id(SAVED)}`.execute(store);
  await forEachTable(store, [`create table ${SAVED}.%1$I as table public.%1$I`]);
}

async function restoreRows(store: Operational): Promise<void> {
  await forEachTable(store, [
    'delete from public.%1$I',
    `insert into public.%1$I overriding system value select * from ${SAVED}.%1$I`,
  ]);
}
