import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { inOrder } from '../../jobs/in-order.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { zipBytesAside, zipStream } from '../../reports/render/zip.ts';
import { NotFound, Rejected } from '../../warehouse/errors.ts';
import type { DocumentKind } from '../../warehouse/vocabulary/documents.ts';
import { callerOf } from '../auth/authenticate.ts';
import { DOCUMENT_FILTER, isSealed, readableDocuments } from './documents.ts';

/** Files that are read ahead while others are sent. */
const FILES_AT_ONCE = 4;
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
        description: `At most ${MOST_FILES} files. Tax forms, which are sealed, and bank files are downloaded one by one.`,
        querystring: Query,
        response: {
          200: {
            description: 'The archive.',
            content: { 'application/zip': { schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const documents = readableDocuments(services, callerOf(request), request.query);
      const rows = (await documents?.limit(MOST_FILES + 1).execute()) ?? [];
      const open = rows.filter(({ kind }) => !isByItself(kind));
      const [newest] = open;
      if (!newest) throw new NotFound('The filter leaves no documents that can be put into an archive; change it.');
      if (rows.length > MOST_FILES)
        throw new Rejected(`The filter leaves more than ${MOST_FILES} documents; ask for one month or kind.`);
      const names = uniqueNames(open);
      const entries = inOrder(Readable.from(open.map(({ hash }, at) => ({ hash, name: names[at] ?? hash }))), {
        atOnce: FILES_AT_ONCE,
        work: async ({ name, hash }: { name: string; hash: string }) =>
          zipBytesAside(name, await services.documents.get(hash)),
      });
      const named = ['documents', request.query.kind, request.query.period].filter(Boolean).join('-');
      reply
        .header('cache-control', 'private, no-cache')
        .header('content-disposition', `attachment; filename="${named}.zip"`);
      return reply
        .type('application/zip')
        .send(Readable.from(zipStream(entries, Date.parse(newest.issued_at)), { objectMode: false }));
    },
  );
};

/** Each opening of a sealed document is logged, and a bank file has account numbers. */
const isByItself = (kind: DocumentKind): boolean => isSealed(kind) || kind === 'bank_file';

/** `statement/statement-2026-01-usd-cr_ada.pdf`; a document in whose place another was issued may have the same name. */
function uniqueNames(rows: readonly { readonly kind: string; readonly file_name: string }[]): string[] {
  const seen = new Map<string, number>();
  return rows.map(({ kind, file_name }) => {
    const count = (seen.get(`${kind}/${file_name}`) ?? 0) + 1;
    seen.set(`${kind}/${file_name}`, count);
    return count === 1 ? `${kind}/${file_name}` : `${kind}/replaced-${count - 1}/${file_name}`;
  });
}
