import type { KyselyPlugin, QueryId } from 'kysely';
import type { Operational } from '../../../warehouse/operational/operational.ts';
import type { Warehouse, WarehouseWriter } from '../../../warehouse/warehouse.ts';
import type { Fate } from './crash-plan.ts';

/** The real warehouse, in which the process can die at any statement of a transaction, and around and within its commit. */
export function mortalWarehouse(warehouse: Warehouse, fate: Fate): Warehouse {
  return {
    ...warehouse,
    async transaction(work) {
      let committed: () => void = () => undefined;
      const result = await warehouse.transaction(async (writer) => {
        const done = await work(mortalWriter(writer, fate));
        committed = fate.enter('commit');
        return done;
      });
      committed();
      return result;
    },
  };
}

function mortalWriter(writer: WarehouseWriter, fate: Fate): WarehouseWriter {
  return {
    ...writer,
    query: (sql, parameters) => fate.pass('statement', () => writer.query(sql, parameters)),
    append: (table, rows) => fate.pass('statement', () => writer.append(table, rows)),
    replaceRows: (table, rows) => fate.pass('statement', () => writer.replaceRows(table, rows)),
    migrate: (tables) => fate.pass('statement', () => writer.migrate(tables)),
  };
}

/** The real control store, in which the process can die around whatever is written into the outbox. */
export function mortalOperational(operational: Operational, fate: Fate): Operational {
  const leaving = new Map<QueryId, () => void>();
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (node.kind === 'InsertQueryNode') leaving.set(queryId, fate.enter('tell'));
      if (node.kind === 'UpdateQueryNode') leaving.set(queryId, fate.enter('mark'));
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
