import { sql, type Transaction } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { drawIn, drawInvoices } from '../../../jobs/invoices/draw-invoice.ts';
import { type Operational, openOperational } from '../../../warehouse/operational/operational.ts';
import type { OperationalTables } from '../../../warehouse/operational/schema.ts';
import { invoiceOf } from '../../reports/invoice/invoices.ts';
import { STORES } from '../../warehouse/operational/stores.ts';

const server = STORES.find(({ isServer }) => isServer);
const DRAWN_AT = '2026-03-03T09:00:00.000Z';

// PGlite has one connection, so nothing is concurrent in it.
describe.skipIf(server === undefined)('numbers of invoices on PostgreSQL', () => {
  let store: Awaited<ReturnType<NonNullable<typeof server>['make']>>;
  let db: Operational;
  beforeAll(async () => {
    store = (await server?.make()) as typeof store;
    db = await openOperational(store.address);
  });
  afterAll(async () => {
    await db.destroy();
    await store.drop();
  });

  let supplier: string;
  beforeEach(({ task }) => {
    supplier = task.id;
  });
  const draftOf = (invoice_id: string, given: Parameters<typeof invoiceOf>[0] = {}) => {
    const example = invoiceOf({ invoice_id: `${supplier} ${invoice_id}`, ...given });
    return { ...example, supplier: { ...example.supplier, party_id: supplier } };
  };
  const named = () => ({ prefix: 'SB-', subject: supplier });
  const draw = (transaction: Transaction<OperationalTables>, invoice_id: string) =>
    drawIn(transaction, { ...named(), draft: draftOf(invoice_id), drawn_at: DRAWN_AT });
  const drawAlone = (...drafts: (string | ReturnType<typeof draftOf>)[]) =>
    drawInvoices(
      { operational: db, clock: { now: () => Date.parse(DRAWN_AT) } },
      { ...named(), drafts: drafts.map((draft) => (typeof draft === 'string' ? draftOf(draft) : draft)) },
    );
  const numbers = async () => {
    const rows = await db
      .selectFrom('invoices')
      .select(['invoice_id', 'sequence'])
      .where('supplier', '=', supplier)
      .orderBy('sequence')
      .execute();
    return rows.map(({ invoice_id, sequence }) => `${sequence} ${invoice_id.split(' ')[1]}`);
  };

  test('whoever draws next waits, and gets the number after the one that was drawn', async () => {
    let second: Promise<unknown> = Promise.resolve();
    await db.transaction().execute(async (first) => {
      await draw(first, 'a');
      second = drawAlone('b');
      await hasWaiting(db);
    });
    await second;
    expect(await numbers()).toEqual(['1 a', '2 b']);
  });

  test('what is rolled back leaves no gap', async () => {
    await drawAlone('a');
    let second: Promise<unknown> = Promise.resolve();
    const undone = db.transaction().execute(async (first) => {
      await draw(first, 'b');
      second = drawAlone('c');
      await hasWaiting(db);
      throw new Error('crash');
    });
    await expect(undone).rejects.toThrow('crash');
    await second;
    expect(await numbers()).toEqual(['1 a', '2 c']);
  });

  test('processes that draw the same invoices at once draw each of them once', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all([...ids, ...ids.toReversed()].map((id) => drawAlone(id)));
    expect((await numbers()).map((each) => each.split(' ')[0])).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('of credit notes that are drawn at once, those that fit are drawn, and one of more than is left is refused', async () => {
    await drawAlone(draftOf('a', { nets: [100n] }));
    const preceding = [{ number: `SB-${supplier}-000001`, issued_on: '2026-03-03' }];
    const notes = ['b', 'c', 'd'].map((id) => draftOf(id, { kind: 'self_billed_credit_note', nets: [50n], preceding }));
    const results = await Promise.allSettled(notes.map((note) => drawAlone(note)));
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const [refused] = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.message] : []));
    expect(refused).toMatch(/^More than is left of SB-.*-000001 would be credited/);
    expect(await numbers()).toHaveLength(3);
  });
});

/** Until a connection waits for a lock. */
async function hasWaiting(db: Operational): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    if (rows.length > 0) return;
  }
}
