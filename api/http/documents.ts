import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { wasDeleted } from '../../jobs/retention/deletions.ts';
import { logReading, type Reading } from '../../jobs/tax/open-profile.ts';
import { readDocument } from '../../jobs/tax/sealed-documents.ts';
import { formOf } from '../../jobs/tax/tax-year.ts';
import { requireYearOpening } from '../../jobs/tax/year-openings.ts';
import { exactly } from '../../reports/exactly.ts';
import { Forbidden, NotFound } from '../../warehouse/errors.ts';
import type { DocumentsTable } from '../../warehouse/operational/document-tables.ts';
import {
  DOCUMENT_FORMATS,
  DOCUMENT_KINDS,
  type DocumentFormat,
  type DocumentKind,
  type DocumentKindDeclaration,
} from '../../warehouse/vocabulary/documents.ts';
import { assertVerified, callerOf, requireActor } from '../auth/authenticate.ts';
import { type Caller, seesOwnOnly } from '../auth/caller.ts';
import { hasPermission, type Permission } from '../auth/permissions.ts';
import { cutPage, type Page, parseEntry } from './pagination.ts';
import { BinaryFile, ByPerson, PageQuery, pageOf } from './schemas.ts';

const KIND_NAMES = Object.keys(DOCUMENT_KINDS) as DocumentKind[];

/** What it takes to read documents of a kind, besides `documents:read`. A creator or developer reads only what is about itself. */
const READING: Readonly<Record<DocumentKind, Permission>> = {
  statement: 'statements:read',
  tax_1099_misc: 'tax-profiles:read',
  tax_1042_s: 'tax-profiles:read',
  tax_dac7: 'tax-profiles:read',
  tax_year: 'tax-profiles:read',
  invoice: 'invoices:read',
  credit_note: 'invoices:read',
  self_billed_invoice: 'statements:read',
  self_billed_credit_note: 'statements:read',
  journal_datev: 'journals:read',
  journal_quickbooks: 'journals:read',
  journal_xero: 'journals:read',
  bank_file: 'payouts:read',
};

const Listed = exactly(
  {
    document_id: Type.String(),
    kind: Type.Enum(KIND_NAMES),
    subject: Type.String({ description: 'The id of a creator or developer, or `platform`.' }),
    period: Type.String({ description: 'A month, or a year.' }),
    currency: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    format: Type.Enum(Object.keys(DOCUMENT_FORMATS) as (keyof typeof DOCUMENT_FORMATS)[]),
    content_id: Type.String({
      description: 'What all formats of it have in common: the `statement_id` of a statement.',
    }),
    file_name: Type.String(),
    hash: Type.String({ description: 'SHA-256 of the bytes as they are stored; those of a tax form are sealed.' }),
    byte_size: Type.Unsafe<number | null>({
      type: ['integer', 'null'],
      description: 'Null for statements that were issued before sizes were recorded.',
    }),
    issued_at: Type.String({ format: 'date-time' }),
    supersedes: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The document in whose place it was issued.',
    }),
    issued_by: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Null for a creator, and for what was issued before this was recorded.',
    }),
    because: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Why it was issued in the place of another; null for a creator.',
    }),
    deleted_at: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'When its bytes were deleted, because their term was over; null while they are kept.',
    }),
  },
  'An issued document. It never changes.',
);

/** What is asked for of the documents. */
export const DOCUMENT_FILTER = {
  kind: Type.Optional(Type.Enum(KIND_NAMES)),
  period: Type.Optional(
    Type.String({
      pattern: '^\\d{4}(-(0[1-9]|1[0-2]))?$',
      examples: ['2026-01'],
      description: 'A month, or a year.',
    }),
  ),
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
};

const Query = exactly({ ...DOCUMENT_FILTER, ...PageQuery }, 'A filter for documents.');

const NotModified = Type.Unsafe<undefined>({ type: 'null', description: 'The document has not changed.' });

/** Everything that is issued, of every kind. */
export const documentRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/documents',
    {
      config: { permission: 'documents:read' },
      schema: {
        operationId: 'listDocuments',
        tags: ['documents'],
        summary: 'The issued documents that the caller may read, newest first',
        querystring: Query,
        response: { 200: pageOf(Listed) },
      },
    },
    async (request) => list(services, callerOf(request), request.query),
  );

  app.get(
    '/documents/:document_id',
    {
      config: { permission: 'documents:read' },
      schema: {
        operationId: 'downloadDocument',
        tags: ['documents'],
        summary: 'A document as a file',
        params: Type.Object({ document_id: Type.String({ minLength: 1, maxLength: 200 }) }),
        querystring: exactly({ by: ByPerson }, 'Who reads it.'),
        response: {
          200: {
            description: 'The file, with the SHA-256 of its stored bytes as ETag: those of a tax form are sealed.',
            content: Object.fromEntries(
              Object.values(DOCUMENT_FORMATS).map((type) => [type.split(';')[0], { schema: BinaryFile }]),
            ),
          },
          304: NotModified,
        },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const found = await find(services, caller, request.params.document_id);
      const { kind, hash, format, file_name, deleted_at } = found;
      if (deleted_at !== null) throw wasDeleted({ ...found, deleted_at });
      reply.header('etag', `"${hash}"`).header('cache-control', 'private, no-cache');
      if (request.headers['if-none-match'] === `"${hash}"`) return reply.code(304).send(undefined);
      const by = requireActor(caller, request.query.by);
      if (isSealed(kind) && !seesOwnOnly(caller))
        await logReading(services, await requireOpening(services, { found, caller, by }));
      return reply
        .type(DOCUMENT_FORMATS[format])
        .header('content-disposition', `attachment; filename="${file_name}"`)
        .send(await readDocument(services, found));
    },
  );
};

/**
 * The opening of a tax document by somebody else than its creator, for the log. What has all creators of a form is opened as its export is: by
 * whoever may export it, after a second factor, and as `requireYearOpening` says. Throws as that and `assertVerified`, and `Forbidden`.
 */
async function requireOpening(
  services: Services,
  { found, caller, by }: { found: Found; caller: Caller; by: string },
): Promise<Reading> {
  const { document_id, subject, kind, period, format } = found;
  if (!ofAllIn(kind).includes(format)) return { document_id, subject, purpose: 'shown', because: null, by };
  const permission = 'tax-years:export';
  if (!hasPermission(caller, permission))
    throw new Forbidden(`${document_id} has all creators on a form; to read it needs ${permission}.`);
  assertVerified(caller, { permission });
  const because = await requireYearOpening(services, { year: period, form: formOf(kind), by });
  return { document_id, subject, purpose: 'exported', because, by };
}

async function list(
  services: Services,
  caller: Caller,
  { limit, cursor, ...filter }: Static<typeof Query>,
): Promise<Page<Static<typeof Listed>>> {
  let documents = readableDocuments(services, caller, filter)?.limit(limit + 1);
  if (cursor !== undefined) documents = documents?.where('entry', '<', parseEntry(cursor));
  const { data, next_cursor } = cutPage((await documents?.execute()) ?? [], limit, ({ entry }) => [String(entry)]);
  return { data: data.map((each) => shown(each, caller)), next_cursor };
}

/** The documents that a caller may read, of those asked for, newest first; undefined if it may read none. */
export function readableDocuments(
  { operational }: Pick<Services, 'operational'>,
  caller: Caller,
  { kind, period, subject }: Omit<Static<typeof Query>, 'limit' | 'cursor'>,
) {
  const kinds = KIND_NAMES.filter((each) => mayReadKind(caller, each) && (kind === undefined || kind === each));
  if (kinds.length === 0) return undefined;
  let documents = operational
    .selectFrom('documents')
    .selectAll()
    .select(({ selectFrom }) =>
      selectFrom('record_deletions as deletion')
        .select('deletion.deleted_at')
        .where('deletion.record_kind', '=', 'document')
        .whereRef('deletion.record_id', '=', 'documents.document_id')
        .as('deleted_at'),
    )
    .where('kind', 'in', kinds)
    .orderBy('entry', 'desc');
  if (period !== undefined) documents = documents.where('period', '=', period);
  if (subject !== undefined) documents = documents.where('subject', '=', subject);
  if (!seesOwnOnly(caller)) return documents;
  return documents.where(({ or, and, eb }) =>
    or(
      kinds.map((each) => {
        const own = [eb('kind', '=', each), eb('subject', 'in', subjectsOf(caller, each))];
        const ofAll = ofAllIn(each);
        return and(ofAll.length === 0 ? own : [...own, eb('format', 'not in', ofAll)]);
      }),
    ),
  );
}

type Found = Omit<DocumentsTable, 'entry'> & { readonly deleted_at: string | null };

function shown({ currency, byte_size, ...rest }: Found & { entry: bigint }, caller: Caller): Static<typeof Listed> {
  const { entry: _, ...document } = rest;
  return {
    ...document,
    ...(seesOwnOnly(caller) && { issued_by: null, because: null }),
    currency: currency === '' ? null : currency,
    byte_size: byte_size === null ? null : Number(byte_size),
  };
}

async function find(services: Services, caller: Caller, documentId: string): Promise<Found> {
  const documents = readableDocuments(services, caller, {})?.where('document_id', '=', documentId);
  const document = await documents?.executeTakeFirst();
  if (!document) throw new NotFound(`There is no document ${documentId}.`);
  return document;
}

function mayReadKind(caller: Caller, kind: DocumentKind): boolean {
  return hasPermission(caller, READING[kind]) && (!seesOwnOnly(caller) || subjectsOf(caller, kind).length > 0);
}

/** Those of the caller whose documents of a kind there are: its creators, or its developers. */
function subjectsOf({ creatorIds, developerIds }: Caller, kind: DocumentKind): readonly string[] {
  const { subject } = DOCUMENT_KINDS[kind];
  return subject === 'creator' ? creatorIds : subject === 'developer' ? developerIds : [];
}

/** Whether documents of a kind have names, addresses and numbers, so that each reading by staff is logged. */
export function isSealed(kind: DocumentKind): boolean {
  const declared: DocumentKindDeclaration = DOCUMENT_KINDS[kind];
  return declared.isSealed ?? false;
}

/** The formats of a kind that no creator reads, whatever its id is: they have all creators. */
function ofAllIn(kind: DocumentKind): readonly DocumentFormat[] {
  const declared: DocumentKindDeclaration = DOCUMENT_KINDS[kind];
  return declared.ofAll ?? [];
}
