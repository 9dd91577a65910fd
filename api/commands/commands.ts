import type { ParseArgsOptionsConfig } from 'node:util';
import type { Command } from './command.ts';

const text = { type: 'string' } as const;

/** For the commands that record who asked. */
const BY: ParseArgsOptionsConfig = { by: text };

/** Every command by its name, in the order in which help shows them. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    keys: {
      usage: 'keys create --role R --name N [--creator C] | keys list | keys revoke ID',
      meaning: 'makes a key (role creator, finance, analyst or operator), lists all, ends one at once',
      options: { role: text, name: text, creator: text },
      load: async () => (await import('./keys.ts')).keys,
    },
    ingest: {
      usage: 'ingest FILE|DIR|s3://BUCKET/PREFIX… [--source NAME] [--by NAME]',
      meaning: 'loads files of RudderStack events, one JSON object a line, as they are or gzipped, each file once',
      options: { source: text, ...BY },
      load: async () => (await import('./events.ts')).ingest,
    },
    build: {
      usage: 'build [--period P] [--by NAME]',
      meaning: 'builds the models of a period, or of every open period that has facts',
      options: { period: text, ...BY },
      load: async () => (await import('./periods.ts')).build,
    },
    close: {
      usage: 'close P [--by NAME]',
      meaning: 'builds the books of a period, asks every check, and freezes them under a seal',
      options: BY,
      load: async () => (await import('./periods.ts')).close,
    },
    verify: {
      usage: 'verify P [--by NAME]',
      meaning: 'computes a closed period anew from the raw events and compares the seal',
      options: BY,
      load: async () => (await import('./periods.ts')).verify,
    },
    statements: {
      usage: 'statements P --out DIR [--by NAME]',
      meaning: 'issues the statements of a closed period and writes them as PDF, CSV, XLSX and JSON',
      options: { out: text, ...BY },
      load: async () => (await import('./statements.ts')).statements,
    },
    payouts: {
      usage: 'payouts plan|approve|send|status P [--by NAME]',
      meaning: 'plans the payouts of a period, approves them (another person must), sends them, shows how far they are',
      options: BY,
      load: async () => (await import('./payouts.ts')).payouts,
    },
    'pull-stripe': {
      usage: 'pull-stripe [--from DAY] [--to DAY] [--by NAME]',
      meaning:
        "reads Stripe's own records, since the beginning of last month or of a window of days, --to not included",
      options: { from: text, to: text, ...BY },
      load: async () => (await import('./stripe.ts')).pullStripe,
    },
    reconcile: {
      usage: 'reconcile P [--by NAME]',
      meaning: "compares every movement of a period in our books with Stripe's own records",
      options: BY,
      load: async () => (await import('./stripe.ts')).reconcile,
    },
    migrate: {
      usage: 'migrate',
      meaning: 'brings every store up to this version',
      load: async () => (await import('./warehouse.ts')).migrate,
    },
    'move-from': {
      usage: 'move-from duckdb:FILE',
      meaning:
        'copies what came into a DuckDB warehouse into the one that is set, and computes every closed period anew to its seal',
      load: async () => (await import('./warehouse.ts')).moveFrom,
    },
    sql: {
      usage: 'sql MODEL [--engine duckdb|bigquery]',
      meaning: 'shows the SELECT of a model as the engine runs it, to be pasted into its console',
      options: { engine: text },
      load: async () => (await import('./query.ts')).sql,
    },
    query: {
      usage: 'query "SELECT …"',
      meaning: 'queries the warehouse; nothing can be changed by it',
      load: async () => (await import('./query.ts')).query,
    },
    'replay-rejected': {
      usage: 'replay-rejected [--by NAME]',
      meaning: 'takes in again what was quarantined; what keeps to the catalogue by now lands',
      options: BY,
      load: async () => (await import('./events.ts')).replayRejected,
    },
    'rudder-map': {
      usage: 'rudder-map',
      meaning: 'maps JSON lines {message, metadata, destConfig, serverConfig} from stdin to lines {rows, failed}',
      load: async () => (await import('./rudder-map.ts')).rudderMap,
    },
  } satisfies Record<string, Command>),
);
