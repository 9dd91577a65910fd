import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { csvRecords, textCell } from '../../reports/render/csv-records.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import { cutPage, parseEntry } from './pagination.ts';
import { NullableText, PageQuery, pageOf } from './schemas.ts';

const COLUMNS = [
  ...(['entry', 'done_at', 'done_by', 'actor_id', 'actor_kind', 'act', 'subject'] as const),
  ...(['status', 'address', 'request_id'] as const),
] as const;
/** Rows of the control store that are read at once. */
const ROWS_AT_ONCE = 1000;

const Change = exactly(
  {
    table_name: Type.String(),
    row_key: Type.String({ description: 'The key of the row; its parts are separated by spaces.' }),
    before_hash: NullableText,
    after_hash: NullableText,
  },
  'A row of the control store that an act changed: SHA-256 of the row before and after; null where there was none.',
);
const ChangeInTime = exactly(
  {
    ...{ entry: Type.String(), changed_at: Type.String({ format: 'date-time' }), ...Change.properties },
    request_id: NullableText,
  },
  'A change of a row, by whatever made it.',
);

const Act = exactly(
  {
    entry: Type.String(),
    done_at: Type.String({ format: 'date-time' }),
    done_by: Type.String(),
    actor_id: Type.String(),
    actor_kind: Type.Enum(['person', 'key', 'app', 'command line', 'nobody']),
    act: Type.String(),
    subject: Type.String(),
    status: Type.Integer(),
    address: NullableText,
    request_id: NullableText,
    changes: Type.Array(Change),
  },
  'Something that was done, or refused, and what it changed, also later: by the run that it started.',
);

const Text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 100, description }));
const Day = (description: string) => Type.Optional(Type.String({ format: 'date', description }));

const FILTER = {
  actor_id: Text('Whoever has this id.'),
  act: Text('The operation.'),
  subject: Text('A part of the path, such as the id of a payout.'),
  from: Day('The first day, in UTC.'),
  until: Day('The last day, in UTC.'),
  is_refused: Type.Optional(Type.Boolean({ description: 'Only what was refused, or failed; false: only the others.' })),
};
const CHANGE_FILTER = {
  table_name: Text('The table of the row.'),
  row_key: Text('The key of the row.'),
  has_request: Type.Optional(Type.Boolean({ description: 'Only those of requests; false: only the others.' })),
};
const ChangeFilter = exactly(CHANGE_FILTER, 'A filter for changes.');
const Filter = exactly(FILTER, 'A filter for acts.');

/** What was done, by whom, as pages and as CSV. */
export const auditLogRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/audit-log',
    {
      config: { permission: 'audit:read' },
      schema: {
        ...{ operationId: 'listActs', tags: ['people'], summary: 'What was done, or refused, newest first' },
        querystring: exactly({ ...FILTER, ...PageQuery }, 'A filter for acts.'),
        response: { 200: pageOf(Act) },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = cursor === undefined ? undefined : parseEntry(cursor);
      return cutPage(await acts(services, filter, { before, limit: limit + 1 }), limit, ({ entry }) => [entry]);
    },
  );

  app.get(
    '/audit-changes',
    {
      config: { permission: 'audit:read' },
      schema: {
        ...{
          operationId: 'listAuditedChanges',
          tags: ['people'],
          summary: 'What was changed of which row, newest first',
        },
        description:
          'For rows about access and decisions: the hash after a change is the one before the next change of that row. A change without a request was made by a job of the schedule, by a run that went on after a restart, by a migration, or at the database.',
        querystring: exactly({ ...CHANGE_FILTER, ...PageQuery }, 'A filter for changes.'),
        response: { 200: pageOf(ChangeInTime) },
      },
    },
    async ({ query: { limit, cursor, ...filter } }) => {
      const before = cursor === undefined ? undefined : parseEntry(cursor);
      return cutPage(await changes(services, filter, { before, limit: limit + 1 }), limit, ({ entry }) => [entry]);
    },
  );

  app.get(
    '/audit-log.csv',
    {
      config: { permission: 'audit:read' },
      // HEAD would read the whole log and discard it.
      exposeHeadRoute: false,
      schema: {
        ...{ operationId: 'exportActs', tags: ['people'], summary: 'The same as CSV, all that the filter leaves' },
        description: 'A text that a spreadsheet could run as a formula has a leading apostrophe.',
        querystring: Filter,
        response: {
          200: {
            description: 'The acts, newest first.',
            content: { 'text/csv': { schema: Type.Unsafe<Readable>({ type: 'string' }) } },
          },
        },
      },
    },
    async ({ query }, reply) => {
      reply.header('content-disposition', 'attachment; filename="audit-log.csv"');
      return reply.type('text/csv; charset=utf-8').send(Readable.from(csvOf(services, query), { objectMode: false }));
    },
  );
};

async function* csvOf(services: Services, filter: Static<typeof Filter>): AsyncGenerator<string> {
  yield csvRecords([[...COLUMNS, 'changes']]);
  for (let before: bigint | undefined; ; ) {
    const rows = await acts(services, filter, { before, limit: ROWS_AT_ONCE });
    if (rows.length > 0) yield csvRecords(rows.map(cellsOf));
    if (rows.length < ROWS_AT_ONCE) return;
    before = BigInt(rows.at(-1)?.entry ?? 0);
  }
}

/** A change as one cell has it: `person_roles 7: - 1f0c…`, each hash in full. */
const cellsOf = (row: Awaited<ReturnType<typeof acts>>[number]): string[] => [
  ...COLUMNS.map((name) => textCell(String(row[name] ?? ''))),
  textCell(
    row.changes
      .map((each) => `${each.table_name} ${each.row_key}: ${each.before_hash ?? '-'} ${each.after_hash ?? '-'}`)
      .join('; '),
  ),
];

/** The acts that a filter leaves before an entry, newest first. */
async function acts(
  { operational }: Pick<Services, 'operational'>,
  { actor_id, act, subject, from, until, is_refused }: Static<typeof Filter>,
  { before, limit }: { readonly before: bigint | undefined; readonly limit: number },
) {
  let query = operational
    .selectFrom('audit_log')
    .select([...COLUMNS])
    .orderBy('entry', 'desc')
    .limit(limit);
  if (actor_id !== undefined) query = query.where('actor_id', '=', actor_id);
  if (act !== undefined) query = query.where('act', '=', act);
  if (subject !== undefined) query = query.where('subject', 'like', `%${subject.replaceAll(/[\\%_]/g, '\\$&')}%`);
  if (from !== undefined) query = query.where('done_at', '>=', `${from}T00:00:00.000Z`);
  if (until !== undefined) query = query.where('done_at', '<=', `${until}T23:59:59.999Z`);
  if (is_refused !== undefined) query = query.where('status', is_refused ? '>=' : '<', 400);
  if (before !== undefined) query = query.where('entry', '<', before);
  const rows = await query.execute();
  const changed = await changesOf(
    operational,
    rows.flatMap(({ request_id }) => request_id ?? []),
  );
  return rows.map((row) => ({
    ...row,
    entry: String(row.entry),
    changes: changed.get(row.request_id ?? '') ?? [],
  }));
}

const CHANGED = ['table_name', 'row_key', 'before_hash', 'after_hash'] as const;

/** What each of the requests has changed, in its order. */
async function changesOf(operational: Operational, requestIds: readonly string[]) {
  if (requestIds.length === 0) return new Map<string, never>();
  const query = operational
    .selectFrom('audit_changes')
    .select(['request_id', ...CHANGED])
    .orderBy('entry');
  const rows = await query.where('request_id', 'in', requestIds).execute();
  return new Map(
    [...Map.groupBy(rows, ({ request_id }) => request_id ?? '')].map(([id, of]) => [
      id,
      of.map(({ request_id: _, ...change }) => change),
    ]),
  );
}

/** The changes that a filter leaves before an entry, newest first. */
async function changes(
  { operational }: Pick<Services, 'operational'>,
  { table_name, row_key, has_request }: Static<typeof ChangeFilter>,
  { before, limit }: { readonly before: bigint | undefined; readonly limit: number },
) {
  let query = operational
    .selectFrom('audit_changes')
    .select(['entry', 'changed_at', ...CHANGED, 'request_id'])
    .orderBy('entry', 'desc')
    .limit(limit);
  if (table_name !== undefined) query = query.where('table_name', '=', table_name);
  if (row_key !== undefined) query = query.where('row_key', '=', row_key);
  if (has_request !== undefined) query = query.where('request_id', has_request ? 'is not' : 'is', null);
  if (before !== undefined) query = query.where('entry', '<', before);
  return (await query.execute()).map((row) => ({ ...row, entry: String(row.entry) }));
}
