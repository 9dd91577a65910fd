import type { Transaction } from 'kysely';
import type { Invoice, Party } from '../../reports/invoice/invoice.ts';
import { instant } from '../../warehouse/clock.ts';
import { countOf } from '../../warehouse/count-of.ts';
import { Unavailable } from '../../warehouse/errors.ts';
import type { RecordDeletionsTable } from '../../warehouse/operational/document-tables.ts';
import type { OperationalTables } from '../../warehouse/operational/schema.ts';
import type { Job, Run, Services } from '../job.ts';
import { ERASED_KEY } from '../tax/envelope.ts';
import { fileDeletion } from './delete-files.ts';
import { lockHolds } from './record-holds.ts';
import { RETENTION_GROUPS, type RetentionGroup } from './retention-rules.ts';
import { dueRecords } from './stored-records.ts';

/** How many are deleted in one transaction. */
const BATCH = 50;

/** Whether anything may be deleted at all. */
export async function isDeletionDue({ retention }: Pick<Services, 'retention'>): Promise<boolean> {
  return retention !== undefined;
}

/**
 * Deletes statements, invoices, tax forms and bank files once their term is over: the file, and what an invoice says about its parties. The row stays
 * with its hash. The deletion is recorded first, with the reason; the file follows, in a later run if it cannot be deleted now. What a hold keeps
 * stays. Throws `Unavailable` while no term is set.
 */
export const deleteExpiredRecords: Job = {
  name: 'delete-expired-records',
  meaning:
    'Deletes statements, invoices, tax forms and bank files whose term of TANTIEME_DOCUMENT_RETENTION is over, unless a hold keeps them; their hashes stay.',
  about: 'everything',
  async run(run) {
    const { retention } = run;
    if (!retention)
      throw new Unavailable(
        'Nothing can be deleted: set TANTIEME_DOCUMENT_RETENTION to the years for which the law requires each kind of record to be kept.',
      );
    const files = fileDeletion(run);
    // Those of a run before, which ended or could not delete them.
    await files.deleteOpen();
    const deleted: Partial<Record<RetentionGroup, number>> = {};
    for (const group of RETENTION_GROUPS) {
      const years = retention[group];
      if (years === undefined) continue;
      deleted[group] = await deleteGroup(run, { group, years });
      await files.deleteOpen();
    }
    return { deleted, files: files.outcome() };
  },
};

type Due = Awaited<ReturnType<typeof dueRecords>>[number];

async function deleteGroup(run: Run, of: { readonly group: RetentionGroup; readonly years: number }): Promise<number> {
  const due = await dueRecords(run, of);
  const reason = `kept for ${of.years} years after its year, as set for ${of.group}`;
  let count = 0;
  for (let start = 0; start < due.length; start += BATCH) {
    run.interruption.throwIfAborted();
    count += await deleteBatch(run, { batch: due.slice(start, start + BATCH), group: of.group, reason });
    run.progress(`${countOf(count, 'record')} of ${of.group} deleted`);
  }
  return count;
}

/** All of a batch or nothing. No hold is placed meanwhile. */
async function deleteBatch(
  { operational, clock, startedBy }: Run,
  { batch, group, reason }: { readonly batch: readonly Due[]; readonly group: RetentionGroup; readonly reason: string },
): Promise<number> {
  return operational.transaction().execute(async (transaction) => {
    await lockHolds(transaction);
    const records = await transaction
      .selectFrom('stored_records')
      .select(['record_kind', 'record_id', 'kind', 'period', 'hash'])
      .where(
        'record_id',
        'in',
        batch.map(({ record_id }) => record_id),
      )
      .where('is_held', '=', false)
      .execute();
    if (records.length === 0) return 0;
    const idsOf = (kind: Due['record_kind']): string[] =>
      records.flatMap(({ record_kind, record_id }) => (record_kind === kind ? [record_id] : []));
    const of = { reason, deleted_by: startedBy, deleted_at: instant(clock.now()) };
    await transaction
      .insertInto('record_deletions')
      .values(records.map((record) => ({ ...record, ...of, file_deleted_at: fileDeletedAt(record, of) })))
      .execute();
    await logInAudit(transaction, { ...of, subject: `${group}: ${countOf(records.length, 'record')}` });
    await unseal(transaction, { files: idsOf('bank_file'), messages: idsOf('bank_message') });
    await clearParties(transaction, idsOf('document'));
    return records.length;
  });
}

/** The bytes of bank files and messages are in their rows and go with the transaction; a document's file goes after it. */
const fileDeletedAt = (
  { record_kind }: Pick<Due, 'record_kind'>,
  { deleted_at }: Pick<RecordDeletionsTable, 'deleted_at'>,
): string | null => (record_kind === 'document' ? null : deleted_at);

const ERASED = { wrapped_key: '', master_key_id: ERASED_KEY, nonce: '', ciphertext: '', tag: '' } as const;

async function unseal(
  transaction: Transaction<OperationalTables>,
  { files, messages }: { readonly files: readonly string[]; readonly messages: readonly string[] },
): Promise<void> {
  if (files.length > 0)
    await transaction.updateTable('payout_files').set(ERASED).where('file_id', 'in', files).execute();
  if (messages.length > 0)
    await transaction.updateTable('payout_bank_messages').set(ERASED).where('message_hash', 'in', messages).execute();
}

/** The figures of a drawn invoice stay, which later credit notes and the books are compared with; who its parties are goes. */
async function clearParties(transaction: Transaction<OperationalTables>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const invoices = await transaction
    .selectFrom('invoices')
    .select(['invoice_id', 'content'])
    .where('invoice_id', 'in', ({ selectFrom }) =>
      selectFrom('documents').select('content_id').where('document_id', 'in', ids),
    )
    .execute();
  for (const { invoice_id, content } of invoices) {
    const { supplier, customer, ...rest } = JSON.parse(content) as Invoice;
    const cleared = JSON.stringify({ ...rest, supplier: withoutNames(supplier), customer: withoutNames(customer) });
    await transaction.updateTable('invoices').set({ content: cleared }).where('invoice_id', '=', invoice_id).execute();
  }
}

function withoutNames({ party_id, address }: Party): Party {
  return {
    ...{ party_id, name: party_id, vat_id: null, tax_number: null, registration_id: null, email: null, phone: null },
    address: { street: '', city: '', region: null, postal_code: null, country: address.country },
  };
}

async function logInAudit(
  transaction: Transaction<OperationalTables>,
  { deleted_at, deleted_by, subject }: Pick<RecordDeletionsTable, 'deleted_at' | 'deleted_by'> & { subject: string },
): Promise<void> {
  await transaction
    .insertInto('audit_log')
    .values({
      ...{ done_at: deleted_at, done_by: deleted_by, actor_id: '', actor_kind: 'nobody' as const },
      ...{ act: 'delete-expired-records', subject, status: 200, address: null, request_id: null },
    })
    .execute();
}
