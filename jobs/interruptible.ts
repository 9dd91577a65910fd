import type { Warehouse, WarehouseWriter } from '../warehouse/warehouse.ts';

/** The same warehouse with every call as a safe point: once the signal is aborted, a call throws the signal's reason. */
export function interruptible(warehouse: Warehouse, signal: AbortSignal): Warehouse {
  const withSafePoints =
    <T>(work: (writer: WarehouseWriter) => Promise<T>) =>
    (writer: WarehouseWriter): Promise<T> =>
      work(checked(writer, signal));
  const calls = checked(warehouse, signal);
  return {
    engine: warehouse.engine,
    query: (sql, parameters) => calls.query(sql, parameters),
    stream: (sql, parameters) => calls.stream(sql, parameters),
    ...(warehouse.files && { files: checked(warehouse.files, signal) }),
    explain: (sql) => calls.explain(sql),
    transaction: (work, options) => calls.transaction(withSafePoints(work), options),
    withRollback: (work) => calls.withRollback(withSafePoints(work)),
    withScratch: (catalogue, work) => calls.withScratch(catalogue, withSafePoints(work)),
    interrupt: () => warehouse.interrupt(),
    close: () => warehouse.close(),
  };
}

function checked<T extends object>(target: T, signal: AbortSignal): T {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        signal.throwIfAborted();
        return Reflect.apply(member, object, args);
      };
    },
  });
}
