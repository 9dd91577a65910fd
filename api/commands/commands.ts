import type { Command } from './command.ts';

const books = async () => (await import('./books.ts')).BOOKS;
const money = async () => (await import('./money.ts')).MONEY;
const warehouse = async () => (await import('./warehouse.ts')).WAREHOUSE;

/** Every command by its name, in the order in which help shows them; loaded only when it is asked for. */
export const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map(
  Object.entries({
    keys: async () => (await import('./keys.ts')).keys,
    ingest: async () => (await import('./ingest.ts')).ingest,
    build: async () => (await books()).build,
    close: async () => (await books()).close,
    verify: async () => (await books()).verify,
    statements: async () => (await import('./statements.ts')).statements,
    payouts: async () => (await money()).payouts,
    'pull-stripe': async () => (await money())['pull-stripe'],
    reconcile: async () => (await money()).reconcile,
    migrate: async () => (await warehouse()).migrate,
    'move-from': async () => (await import('./move-from.ts')).moveFrom,
    sql: async () => (await warehouse()).sql,
    query: async () => (await warehouse()).query,
    'replay-rejected': async () => (await warehouse())['replay-rejected'],
    'rudder-map': async () => (await import('./rudder-map.ts')).rudderMap,
  } satisfies Record<string, () => Promise<Command>>),
);
