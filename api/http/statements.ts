import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { deletedDocuments, wasDeleted } from '../../jobs/retention/deletions.ts';
import { exactly } from '../../reports/exactly.ts';
import { renderSpreadsheetCsv } from '../../reports/statement/csv.ts';
import { type StatementDocument, StatementSchema } from '../../reports/statement/document.ts';
import { statementFileName } from '../../reports/statement/file-name.ts';
import { FORMATS, type Format } from '../../reports/statement/render.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { sha256Hex } from '../../warehouse/ids.ts';
import type { IssuedStatementsView } from '../../warehouse/operational/document-tables.ts';
import { FIELDS } from '../../warehouse/vocabulary/fields.ts';
import { callerOf } from '../auth/authenticate.ts';
import { type Caller, maySee, seesOwnOnly } from '../auth/caller.ts';
import { cutPage, type Page, parseCursor } from './pagination.ts';
import { BinaryFile, CreatorId, PageQuery, PeriodText, pageOf } from './schemas.ts';

const Hash = Type.String({ description: 'SHA-256 of the document in this format.' });

const Listed = exactly(
  {
    statement_id: Type.String(),
    creator_id: Type.String(),
    period: Type.String(),
    currency: Type.String(),
    issued_at: Type.String({ format: 'date-time' }),
    json_hash: Hash,
    csv_hash: Hash,
    xlsx_hash: Hash,
    pdf_hash: Hash,
  },
  'An issued statement. It never changes.',
);

const StatementId = Type.String({
  pattern: FIELDS.statement_id.pattern ?? '',
  examples: ['stmt_5f0c2a9be1d84763a0b9c1d2'],
});
const FORMAT_NAMES = Object.keys(FORMATS) as Format[];
const Query = exactly(
  { period: Type.Optional(PeriodText), creator_id: Type.Optional(CreatorId), ...PageQuery },
  'A filter for statements.',
);

const FormQuery = exactly(
  {
    form: Type.Enum(['spreadsheet', 'exact'], {
      default: 'spreadsheet',
      description:
        'Of CSV: for spreadsheets, or as it was issued, RFC 4180 without a byte order mark, with `csv_hash`.',
    }),
    locale: Type.Optional(
      Type.String({
        maxLength: 35,
        description: 'Of CSV for spreadsheets: a BCP 47 tag; by default the language of the statement.',
        examples: ['de'],
      }),
    ),
  },
  'For whom the file is.',
);

/** Sent as the stored bytes, without serializing them again. */
const StoredStatement = Type.Unsafe<Buffer>(StatementSchema);
const NotModified = Type.Unsafe<undefined>({ type: 'null', description: 'The file has not changed.' });

/** Issued statements and their documents. */
export const statementRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/statements',
    {
      config: { permission: 'statements:read' },
      schema: {
        operationId: 'listStatements',
        tags: ['statements'],
        summary: 'The issued statements, newest period first',
        querystring: Query,
        response: { 200: pageOf(Listed) },
      },
    },
    async (request) => list(services, callerOf(request), request.query),
  );

  app.get(
    '/statements/:statement_id',
    {
      config: { permission: 'statements:read' },
      schema: {
        operationId: 'getStatement',
        tags: ['statements'],
        summary: 'A statement as the issued JSON document',
        description:
          'Its `proof` leads from the amounts to the seal of the period; `tantieme verify-statement` checks it.',
        params: Type.Object({ statement_id: StatementId }),
        response: {
          200: { description: 'The statement.', content: { 'application/json': { schema: StoredStatement } } },
        },
      },
    },
    async (request, reply) => {
      const statement = await find(services, callerOf(request), request.params.statement_id);
      return reply.type(FORMATS.json).send(await services.documents.get(statement.json_hash));
    },
  );

  app.get(
    '/statements/:statement_id/:format',
    {
      config: { permission: 'statements:read' },
      schema: {
        operationId: 'downloadStatement',
        tags: ['statements'],
        summary: 'A statement as a file',
        description:
          'For people, unless `form=exact` is given: the CSV then opens in a spreadsheet, with a byte order mark, months in words and the separators of `locale`.',
        params: Type.Object({ statement_id: StatementId, format: Type.Enum(FORMAT_NAMES) }),
        querystring: FormQuery,
        response: {
          200: {
            description: 'The file, with its SHA-256 as ETag.',
            content: Object.fromEntries(
              FORMAT_NAMES.map((format) => [
                FORMATS[format].split(';')[0],
                { schema: format === 'json' ? StoredStatement : BinaryFile },
              ]),
            ),
          },
          304: NotModified,
        },
      },
    },
    async (request, reply) => {
      const { statement_id, format } = request.params;
      const statement = await find(services, callerOf(request), statement_id);
      const { bytes, hash } = await fileOf(services, statement, { format, ...request.query });
      reply.header('etag', `"${hash}"`).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === `"${hash}"`) return reply.code(304).send(undefined);
      return reply
        .type(FORMATS[format])
        .header('content-disposition', `attachment; filename="${statementFileName(statement, format)}"`)
        .send(await bytes());
    },
  );
};

/** The stored file, or the CSV for spreadsheets, which is made from the stored statement. */
async function fileOf(
  { documents }: Services,
  statement: IssuedStatementsView,
  { format, form, locale }: Static<typeof FormQuery> & { format: Format },
): Promise<{ readonly hash: string; readonly bytes: () => Promise<Uint8Array> }> {
  const hash = statement[`${format}_hash`];
  if (format !== 'csv' || form === 'exact') return { hash, bytes: () => documents.get(hash) };
  const document = JSON.parse(Buffer.from(await documents.get(statement.json_hash)).toString()) as StatementDocument;
  const bytes = renderSpreadsheetCsv(document, locale);
  return { hash: sha256Hex(bytes), bytes: async () => bytes };
}

async function list(
  { operational }: Services,
  caller: Caller,
  { period, creator_id, limit, cursor }: Static<typeof Query>,
): Promise<Page<Static<typeof Listed>>> {
  if (creator_id !== undefined && !maySee(caller, creator_id)) throw new NotFound(`There is no creator ${creator_id}.`);
  const creators = creator_id === undefined ? (seesOwnOnly(caller) ? caller.creatorIds : undefined) : [creator_id];
  if (creators?.length === 0) return { data: [], next_cursor: null };
  let statements = operational
    .selectFrom('issued_statements')
    .selectAll()
    .orderBy('period', 'desc')
    .orderBy('creator_id')
    .orderBy('currency')
    .limit(limit + 1);
  if (period !== undefined) statements = statements.where('period', '=', period);
  if (creators !== undefined) statements = statements.where('creator_id', 'in', creators);
  if (cursor !== undefined) {
    const [lastPeriod = '', lastCreator = '', lastCurrency = ''] = parseCursor(cursor, 3);
    statements = statements.where(({ and, or, eb }) =>
      or([
        eb('period', '<', lastPeriod),
        and([eb('period', '=', lastPeriod), eb('creator_id', '>', lastCreator)]),
        and([eb('period', '=', lastPeriod), eb('creator_id', '=', lastCreator), eb('currency', '>', lastCurrency)]),
      ]),
    );
  }
  return cutPage(await statements.execute(), limit, (row) => [row.period, row.creator_id, row.currency]);
}

async function find({ operational }: Services, caller: Caller, statementId: string): Promise<IssuedStatementsView> {
  const statement = await operational
    .selectFrom('issued_statements')
    .selectAll()
    .where('statement_id', '=', statementId)
    .executeTakeFirst();
  if (statement && maySee(caller, statement.creator_id)) return statement;
  const deleted = await deletedDocuments(operational)
    .where('documents.kind', '=', 'statement')
    .where('content_id', '=', statementId)
    .orderBy('document_id')
    .limit(1)
    .executeTakeFirst();
  if (deleted && maySee(caller, deleted.subject)) throw wasDeleted(deleted);
  throw new NotFound(`There is no statement ${statementId}.`);
}
