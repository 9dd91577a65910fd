import type { KyselyPlugin } from 'kysely';
import { Unavailable } from '../../../warehouse/errors.ts';
import type { Operational } from '../../../warehouse/operational/operational.ts';

/** A control store whose process stops at the nth write: before it, or right after it. */
export function stoppingStore(operational: Operational, nth: number, when: 'before' | 'after'): Operational {
  let writes = 0;
  const stopsAt = new WeakSet<object>();
  const stop = (): never => {
    throw new Unavailable('The process stopped here.');
  };
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      if (node.kind === 'InsertQueryNode' || node.kind === 'UpdateQueryNode') {
        writes++;
        if (writes > nth || (writes === nth && when === 'before')) stop();
        if (writes === nth) stopsAt.add(queryId);
      }
      return node;
    },
    async transformResult({ result, queryId }) {
      return stopsAt.has(queryId) ? stop() : result;
    },
  };
  return operational.withPlugin(plugin);
}
