import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Services } from '../../jobs/job.ts';
import { deletedDocuments, wasDeleted } from '../../jobs/retention/deletions.ts';
import { exactly } from '../../reports/exactly.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { DocumentsTable } from '../../warehouse/operational/document-tables.ts';
import { DOCUMENT_KINDS, type DocumentKind } from '../../warehouse/vocabulary/documents.ts';
import { callerOf } from '../auth/authenticate.ts';
import { DOCUMENT_FILTER, isSealed, readableDocuments } from './documents.ts';
import { storedZip, ZIP_CONTENT } from './stored-zip.ts';

const MOST_FILES = 10_000;

const Query = exactly(DOCUMENT_FILTER, 'Which documents are in the archive.');

/** The documents that a filter leaves as one archive. */
export const documentsZipRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/documents.zip',
    {
      config: { permission: 'statements:export' },
      // HEAD would read every document and discard it.
      exposeHeadRoute: false,
      schema: {
        operationId: 'downloadDocuments',
        tags: ['documents'],
        summary: 'The documents that a filter leaves as one archive, newest first, each in a folder of its kind',
        description: `At most ${MOST_FILES} files, without those that were deleted (\`deleted_at\` of the list). Tax forms, which are sealed, and bank files are downloaded one by one.`,
        querystring: Query,
        response: {
          200: {
            description: 'The archive.',
            content: ZIP_CONTENT,
          },
        },
      },
    },
    async (request, reply) => {
      const documents = readableDocuments(services, callerOf(request), request.query)?.where(
        'kind',
        'not in',
        BY_THEMSELVES,
      );
      const isDeleted = deletedDocuments(services.operational).clearSelect().select('document_id');
      const rows =
        (await documents
          ?.where('document_id', 'not in', isDeleted)
          .limit(MOST_FILES + 1)
          .execute()) ?? [];
      const [newest] = rows;
      const deleted = newest ? undefined : await documents?.limit(1).executeTakeFirst();
      if (deleted?.deleted_at) throw wasDeleted({ ...deleted, deleted_at: deleted.deleted_at });
      if (!newest) throw new NotFound('The filter leaves no documents that can be put into an archive; change it.');
      if (rows.length > MOST_FILES)
        throw new Rejected(`The filter leaves more than ${MOST_FILES} documents; ask for one month or kind.`);
      const named = ['documents', request.query.kind, request.query.period].filter(Boolean).join('-');
      const archive = { fileName: `${named}.zip`, files: Readable.from(filesOf(rows)), datedAt: newest.issued_at };
      return reply.send(storedZip(reply, services, archive));
    },
  );
};

/** Each opening of a sealed document is logged, and a bank file has account numbers. */
const BY_THEMSELVES = (Object.keys(DOCUMENT_KINDS) as DocumentKind[]).filter(
  (kind) => isSealed(kind) || kind === 'bank_file',
);

/** `statement/statement-2026-01-usd-cr_ada.pdf`; a document in whose place another was issued may have the same name. */
function filesOf(rows: readonly Pick<DocumentsTable, 'kind' | 'file_name' | 'hash'>[]) {
  const seen = new Map<string, number>();
  return rows.map(({ kind, file_name, hash }) => {
    const count = seen.get(`${kind}/${file_name}`) ?? 0;
    seen.set(`${kind}/${file_name}`, count + 1);
    return { hash, name: count === 0 ? `${kind}/${file_name}` : `${kind}/replaced-${count}/${file_name}` };
  });
}
