import { sql } from 'kysely';
import { instant } from '../../warehouse/clock.ts';
import { messageOf } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { Run } from '../job.ts';

/** How many files that could not be deleted are named in the outcome. */
const NAMED = 10;

interface FilesOutcome {
  readonly deleted: number;
  readonly failed_count: number;
  /** A sentence each, with the hash. */
  readonly failed: readonly string[];
}

/** The files of one run, each tried once. */
interface FileDeletion {
  /** Deletes the files of recorded deletions that are still there and that no kept document has. One that cannot be deleted stops no other. */
  deleteOpen(): Promise<void>;
  outcome(): FilesOutcome;
}

export function fileDeletion(run: Run): FileDeletion {
  const failed = new Map<string, string>();
  let deleted = 0;
  return {
    async deleteOpen() {
      for (const hash of await openHashes(run.operational)) {
        if (failed.has(hash)) continue;
        run.interruption.throwIfAborted();
        try {
          if (await deleteFile(run, hash)) deleted += 1;
        } catch (error) {
          failed.set(hash, messageOf(error));
        }
      }
    },
    outcome: () => ({
      deleted,
      failed_count: failed.size,
      failed: [...failed].slice(0, NAMED).map(([hash, message]) => `${hash}: ${message}`),
    }),
  };
}

/** Of deleted documents whose file is still there, those that no kept one has: equal bytes are stored once. */
function openFiles(db: Pick<Operational, 'selectFrom'>) {
  return db
    .selectFrom('record_deletions as deletion')
    .select('deletion.hash')
    .distinct()
    .where('deletion.record_kind', '=', 'document')
    .where('deletion.file_deleted_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('stored_records as kept')
            .select('kept.record_id')
            .where('kept.record_kind', '=', 'document')
            .whereRef('kept.hash', '=', 'deletion.hash'),
        ),
      ),
    );
}

/** Files of recorded deletions that are still there: they could not be deleted yet, or the run has ended before. */
export interface FilesLeft {
  readonly file_count: number;
  /** When the first of them was to be deleted; null if there is none. */
  readonly since: string | null;
}

export async function filesLeft({ operational }: { readonly operational: Operational }): Promise<FilesLeft> {
  const { count, since } = await operational
    .selectFrom(openFiles(operational).clearSelect().select(['deletion.hash', 'deletion.deleted_at']).as('open'))
    .select([sql<bigint>`count(distinct hash)`.as('count'), sql<string | null>`min(deleted_at)`.as('since')])
    .executeTakeFirstOrThrow();
  return { file_count: Number(count), since: since === null ? null : instant(Date.parse(since)) };
}

async function openHashes(operational: Operational): Promise<string[]> {
  return (await openFiles(operational).orderBy('deletion.hash').execute()).map(({ hash }) => hash);
}

/**
 * Deletes a file, unless a document that has it was recorded meanwhile: until the transaction ends, none is. Whoever stored the same bytes before and
 * records them after finds the deletion (`assertBytesAreThere`). A run that ends before the time is recorded deletes the file again.
 */
async function deleteFile({ operational, documents, clock }: Run, hash: string): Promise<boolean> {
  return operational.transaction().execute(async (transaction) => {
    await sql`lock table documents in share mode`.execute(transaction);
    const isOpen = await openFiles(transaction).where('deletion.hash', '=', hash).executeTakeFirst();
    if (!isOpen) return false;
    await documents.delete(hash);
    await transaction
      .updateTable('record_deletions')
      .set({ file_deleted_at: instant(clock.now()) })
      .where('record_kind', '=', 'document')
      .where('hash', '=', hash)
      .where('file_deleted_at', 'is', null)
      .execute();
    return true;
  });
}
