import { afterAll, beforeEach } from 'vitest';
import { recordDocuments } from '../../../jobs/document-rows.ts';
import type { Run } from '../../../jobs/job.ts';
import { deleteExpiredRecords } from '../../../jobs/retention/delete-expired-records.ts';
import type { Retention } from '../../../jobs/retention/retention-rules.ts';
import { documentsIn } from '../../../warehouse/documents/folder.ts';
import type { DocumentKind } from '../../../warehouse/vocabulary/documents.ts';
import { temporaryFolder } from '../../warehouse/folder.ts';
import { deleteEverything, freshStore } from '../../warehouse/operational/fresh-store.ts';
import { RUN } from '../test-services.ts';

const [store, folder] = [await freshStore(), await temporaryFolder()];
let now = 0;
export const setTime = (time: string): void => {
  now = Date.parse(time);
};
/** All that is deleted from: the stores of the operation and of documents. */
export const SERVICES = {
  ...{ operational: store.operational, documents: documentsIn(folder.path), clock: { now: () => now } },
  // Nobody is known to it.
  warehouse: { query: async () => [] },
  ...RUN,
} as unknown as Run;

/** Each test of a file has the stores empty. */
export function useRetentionStore(): void {
  beforeEach(() => deleteEverything(store.operational));
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
}

export interface Issued {
  /** By default the store of documents. */
  readonly documents?: Run['documents'];
  readonly subject?: string;
  readonly period: string;
  readonly at: string;
  readonly text?: string;
  readonly supersedes?: string;
}

/** Issues a document of one file, whose text is its id unless it is given; returns its hash. */
export async function issue(kind: DocumentKind, id: string, given: Issued): Promise<string> {
  const { subject = 'cr_ada', period, at, text = id, supersedes, documents = SERVICES.documents } = given;
  setTime(at);
  const hash = await documents.put(Buffer.from(text));
  await recordDocuments(
    SERVICES,
    [
      {
        ...{ kind, content_id: id, subject, period, currency: 'EUR', issued_by: 'finn', supersedes },
        files: { pdf: { hash, byte_size: text.length } },
        fileName: () => `${id}.pdf`,
      },
    ],
    'It is there.',
  );
  return hash;
}

export async function expire(at: string, retention: Retention | undefined): Promise<unknown> {
  setTime(at);
  const { deleted } = await deleteExpiredRecords.run({ ...SERVICES, retention } as Run, undefined as never);
  return deleted;
}
export const deletions = () =>
  SERVICES.operational.selectFrom('record_deletions').selectAll().orderBy('record_id').execute();
export const idsDeleted = async () => (await deletions()).map(({ record_id }) => record_id);
