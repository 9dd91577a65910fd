import type { KyselyPlugin, QueryId } from 'kysely';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import type { Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import type { CrashPlan } from './crash-plan.ts';

/** The real warehouse, in which the process can crash at any statement of a transaction, and around and within its commit. */
export function crashingWarehouse(warehouse: Warehouse, plan: CrashPlan): Warehouse {
  return {
    ...warehouse,
    async transaction(work) {
      let committed: () => void = () => undefined;
      const result = await warehouse.transaction(async (writer) => {
        const done = await work(crashingWriter(writer, plan));
        committed = plan.enter('commit');
        return done;
      });
      committed();
      return result;
    },
  };
}

function crashingWriter(writer: WarehouseWriter, plan: CrashPlan): WarehouseWriter {
  return {
    ...writer,
    query: (sql, parameters) => plan.pass('statement', () => writer.query(sql, parameters)),
    append: (table, rows) => plan.pass('statement', () => writer.append(table, rows)),
    replaceRows: (table, rows) => plan.pass('statement', () => writer.replaceRows(table, rows)),
    migrate: (tables) => plan.pass('statement', () => writer.migrate(tables)),
  };
}

/** The real control store, in which the process can crash around whatever is written into the outbox. */
export function crashingOperational(operational: Operational, plan: CrashPlan): Operational {
  const leaving = new Map<QueryId, () => void>();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (node.kind === 'InsertQueryNode') leaving.set(queryId, plan.enter('enqueue'));
      if (node.kind === 'UpdateQueryNode') leaving.set(queryId, plan.enter('mark'));
      return node;
    },
    async transformResult({ result, queryId }) {
      leaving.get(queryId)?.();
      leaving.delete(queryId);
      return result;
    },
  };
  return operational.withPlugin(plugin);
}
