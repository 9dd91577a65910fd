import type { Command } from './command.ts';

const text = { type: 'string' } as const;

/** The commands for analysts: queries, published marts, dashboards, and what catalogues of data read. */
export const BI_COMMANDS = {
  query: {
    usage: 'query "SELECT …" [--format json|csv|arrow|parquet] [--out FILE]',
    meaning:
      'queries the warehouse, read-only, or while a server uses it the published marts; with --out, writes the rows of the marts into a file',
    options: { format: text, out: text },
    load: async () => (await import('./query.ts')).query,
  },
  'publish-marts': {
    usage: 'publish-marts [--by NAME]',
    meaning:
      'publishes the marts for BI tools: as database files and Parquet in the data folder, and into the database of BI_URL if it is set',
    options: { by: text },
    load: async () => (await import('./query.ts')).publish,
  },
  dashboards: {
    usage: 'dashboards list | dashboards show NAME [--from P] [--to P] [--currency C]',
    meaning:
      'lists the dashboards, or shows the figures of one: by default of the last twelve months in the most used currency',
    options: { from: text, to: text, currency: text },
    load: async () => (await import('./dashboards.ts')).dashboards,
  },
  metabase: {
    usage:
      'metabase provision --url URL --key KEY --database NAME [--schema S] [--pages URL] | metabase embed CREATOR --url URL --dashboard N --secret SECRET',
    meaning:
      'brings the dashboards into Metabase (collections, cards and dashboards over the marts in a database that Metabase has, in schema or dataset S or, without it, where the role of the connection finds them; with --pages, cards link to our pages there), or signs the address at which the dashboard of one creator is embedded; --key - and --secret - read from stdin',
    options: {
      ...{ url: text, key: text, database: text, schema: text, pages: text },
      ...{ dashboard: text, secret: text },
    },
    load: async () => (await import('./metabase.ts')).metabase,
  },
  artefacts: {
    usage: 'artefacts --out DIR [--database NAME]',
    meaning:
      'writes the models with their columns, lineage, checks and dashboards as manifest.json and catalog.json of dbt, and the last build of this data folder as run_results.json, for catalogues of data; needs no server',
    options: { out: text, database: text },
    load: async () => (await import('./artefacts.ts')).artefacts,
  },
} satisfies Record<string, Command>;
