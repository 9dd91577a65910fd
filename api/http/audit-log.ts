import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { sql } from 'kysely';
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

/** How many rows of one act are listed with it: a cell of a spreadsheet has at most 32,767 characters. */
const CHANGES_OF_ACT = 100;

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
    change_count: Type.Integer({ description: 'How many rows it changed, also later: by the run that it started.' }),
    changes: Type.Array(Change, {
      description: `The first ${CHANGES_OF_ACT} of them; \`GET /v1/audit-changes\` has all, by \`request_id\`.`,
    }),
  },
  'Something that was done, or refused, and what it changed.',
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
  request_id: Text('The request that made it.'),
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
  textCell([...row.changes.map(textOf), ...restOf(row)].join('; ')),
];

const textOf = ({ table_name, row_key, before_hash, after_hash }: Static<typeof Change>): string =>
  `${table_name} ${row_key}: ${before_hash ?? '-'} ${after_hash ?? '-'}`;

const restOf = ({ change_count, changes }: Awaited<ReturnType<typeof acts>>[number]): string[] =>
  change_count === changes.length ? [] : [`and ${change_count - changes.length} more`];

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
    ...(changed.get(row.request_id ?? '') ?? { change_count: 0, changes: [] }),
  }));
}

const CHANGED = ['table_name', 'row_key', 'before_hash', 'after_hash'] as const;

/** How many rows each of the requests has changed, and the first of them, in its order. */
async function changesOf(operational: Operational, requestIds: readonly string[]) {
  if (requestIds.length === 0) return new Map<string, never>();
  const numbered = operational
    .selectFrom('audit_changes')
    .select(['entry', 'request_id', ...CHANGED])
    .select(sql<bigint>`row_number() over (partition by request_id order by entry)`.as('number'))
    .select(sql<bigint>`count(*) over (partition by request_id)`.as('change_count'))
    .where('request_id', 'in', requestIds);
  const query = operational.selectFrom(numbered.as('numbered')).where('number', '<=', BigInt(CHANGES_OF_ACT));
  const rows = await query
    .select(['request_id', 'change_count', ...CHANGED])
    .orderBy('entry')
    .execute();
  return new Map(
    [...Map.groupBy(rows, ({ request_id }) => request_id ?? '')].map(([id, of]) => [
      id,
      {
        change_count: Number(of[0]?.change_count),
        changes: of.map(({ request_id: _, change_count: __, ...change }) => change),
      },
    ]),
  );
}

/** The changes that a filter leaves before an entry, newest first. */
async function changes(
  { operational }: Pick<Services, 'operational'>,
  { table_name, row_key, request_id, has_request }: Static<typeof ChangeFilter>,
  { before, limit }: { readonly before: bigint | undefined; readonly limit: number },
) {
  let query = operational
    .selectFrom('audit_changes')
    .select(['entry', 'changed_at', ...CHANGED, 'request_id'])
    .orderBy('entry', 'desc')
    .limit(limit);
  if (table_name !== undefined) query = query.where('table_name', '=', table_name);
  if (row_key !== undefined) query = query.where('row_key', '=', row_key);
  if (request_id !== undefined) query = query.where('request_id', '=', request_id);
  if (has_request !== undefined) query = query.where('request_id', has_request ? 'is not' : 'is', null);
  if (before !== undefined) query = query.where('entry', '<', before);
  return (await query.execute()).map((row) => ({ ...row, entry: String(row.entry) }));
}
