import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { inOrder } from '../../jobs/in-order.ts';
import type { Services } from '../../jobs/job.ts';
import { zipBytesAside, zipStream } from '../../reports/render/zip.ts';

/** Files that are read ahead while others are sent. */
const FILES_AT_ONCE = 4;

/** Streamed, never in memory as a whole. */
export const ZIP_CONTENT = {
  'application/zip': { schema: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }) },
};

interface StoredFile {
  /** The path in the archive. */
  readonly name: string;
  readonly hash: string;
}

interface Archive {
  readonly fileName: string;
  readonly files: AsyncIterable<StoredFile>;
  /** An instant in UTC, which all files of the archive have as their date. */
  readonly datedAt: string;
}

/** Stored documents as one archive to be sent as the body of a reply, whose headers it sets. */
export function storedZip(
  reply: FastifyReply,
  { documents }: Pick<Services, 'documents'>,
  { fileName, files, datedAt }: Archive,
): Readable {
  const entries = inOrder(files, {
    atOnce: FILES_AT_ONCE,
    work: async ({ name, hash }: StoredFile) => zipBytesAside(name, await documents.get(hash)),
  });
  reply
    .type('application/zip')
    .header('cache-control', 'private, no-cache')
    .header('content-disposition', `attachment; filename="${fileName}"`);
  return Readable.from(zipStream(entries, Date.parse(datedAt)), { objectMode: false });
}
