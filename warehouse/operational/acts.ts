import { AsyncLocalStorage } from 'node:async_hooks';
import { type KyselyPlugin, RawNode, type RootOperationNode } from 'kysely';

const ACTS = new AsyncLocalStorage<string>();

/** Runs work for a request: what it changes of audited tables names the request (migration 0029). */
export const inAct = <T>(requestId: string, work: () => T): T => ACTS.run(requestId, work);

/** Names the request under way in the last line of each statement that changes rows, for the triggers of audited tables. */
export const NAMES_ACT: KyselyPlugin = {
  transformQuery: ({ node }) => {
    const requestId = ACTS.getStore();
    return requestId === undefined ? node : withLastLine(node, `\n-- act ${requestId.replaceAll(/[^\w-]/g, '')}`);
  },
  transformResult: async ({ result }) => result,
};

const CHANGING = /^\s*(?:insert|update|delete|with)\b/i;

function withLastLine(node: RootOperationNode, line: string): RootOperationNode {
  switch (node.kind) {
    case 'InsertQueryNode':
    case 'UpdateQueryNode':
    case 'DeleteQueryNode':
      return { ...node, endModifiers: [...(node.endModifiers ?? []), RawNode.createWithSql(line)] };
    case 'RawNode': {
      const { sqlFragments, parameters } = node as RawNode;
      if (!CHANGING.test(sqlFragments[0] ?? '')) return node;
      return RawNode.create([...sqlFragments.slice(0, -1), `${sqlFragments.at(-1) ?? ''}${line}`], parameters);
    }
    default:
      return node;
  }
}
