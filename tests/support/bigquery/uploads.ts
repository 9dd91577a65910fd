import { derivedId } from '../../../warehouse/ids.ts';
import type { JobRequest } from './jobs.ts';
import { invalid, Refusal } from './refusal.ts';

/** A job and the body that it loads. */
interface Upload {
  readonly request: JobRequest;
  readonly media: Buffer;
}

/** The two parts of a `multipart/related` body: the job as JSON, then the data. */
export function readMultipart(contentType: string, body: Buffer): Upload {
  const [, boundary] = /^multipart\/related\s*;.*\bboundary="?([^";]+)"?/i.exec(contentType) ?? [];
  if (boundary === undefined)
    throw invalid(`An upload in parts needs multipart/related with a boundary, not ${contentType}`);
  const [job, media, ...more] = partsOf(body, boundary);
  if (!job || !media || more.length > 0) throw invalid('An upload has two parts: the job, and the data');
  return { request: JSON.parse(job.toString('utf8')) as JobRequest, media };
}

function partsOf(body: Buffer, boundary: string): Buffer[] {
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Buffer[] = [];
  let from = body.indexOf(delimiter);
  while (from >= 0) {
    const begin = from + delimiter.length;
    const next = body.indexOf(Buffer.from(`\r\n--${boundary}`), begin);
    if (next < 0) break;
    const head = body.indexOf('\r\n\r\n', begin);
    parts.push(body.subarray(head + 4, next));
    from = next + 2;
  }
  return parts;
}

/** The response of a resumable upload: the bytes received so far, or the complete upload. */
export type Progress = { readonly received: number } | { readonly upload: Upload };

/** Resumable uploads: https://cloud.google.com/bigquery/docs/reference/api-uploads */
export class ResumableUploads {
  readonly #begun = new Map<string, { readonly request: JobRequest; media: Buffer }>();

  /** Returns the id of a new upload. */
  begin(request: JobRequest): string {
    const id = derivedId('upload', String(this.#begun.size));
    this.#begun.set(id, { request, media: Buffer.alloc(0) });
    return id;
  }

  /** Adds a piece by its `Content-Range`, `bytes 0-99/200`; a repeated piece is recognised. */
  take(id: string, range: string | undefined, piece: Buffer): Progress {
    const upload = this.#begun.get(id);
    if (!upload) throw new Refusal('notFound', `Not found: upload ${id}`);
    const [, first, size] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(range ?? `bytes 0-/${piece.length}`) ?? [];
    if (range !== undefined && size === undefined) throw invalid(`Invalid Content-Range: ${range}`);
    const begin = first === undefined ? upload.media.length : Number(first);
    if (begin > upload.media.length)
      throw invalid(`A piece from ${begin} leaves a gap: ${upload.media.length} bytes have come`);
    upload.media = Buffer.concat([upload.media.subarray(0, begin), piece]);
    const whole = range === undefined ? upload.media.length : size === '*' ? undefined : Number(size);
    return upload.media.length === whole ? { upload } : { received: upload.media.length };
  }
}
