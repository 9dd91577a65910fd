import { gunzipSync, gzipSync } from 'node:zlib';
import { Conflict, NotFound } from '../../../../warehouse/errors.ts';
import { sha256Hex } from '../../../../warehouse/ids.ts';
import { invariant } from '../../../../warehouse/invariant.ts';
import type {
  BankRail,
  PayoutFileLinesTable,
  PayoutFileResolutionsTable,
  PayoutFilesTable,
  SealedColumns,
} from '../../../../warehouse/operational/bank-tables.ts';
import { insertable } from '../../../../warehouse/operational/insertable.ts';
import type { Operational } from '../../../../warehouse/operational/operational.ts';
import type { Services } from '../../../job.ts';
import { requireBankKeys } from '../../../payout-accounts/bank-accounts.ts';
import { ERASED_KEY, openEnvelope, type Place, sealInEnvelope } from '../../../tax/envelope.ts';
import type { TaxKeys } from '../../../tax/tax-keys.ts';

/** A bank file without its bytes. */
export type BankFileHead = Omit<PayoutFilesTable, keyof SealedColumns>;

const HEAD = [
  ...(['file_id', 'batch_id', 'payout_rail', 'number', 'order_id', 'debtor', 'execution_on', 'currency'] as const),
  ...(['payment_count', 'amount_minor', 'file_name', 'file_hash', 'byte_size', 'text_changes'] as const),
  ...(['created_by', 'created_at', 'run_id'] as const),
] as const;

/** The files of some batches, oldest first. */
export async function filesOf(
  operational: Operational,
  { batchIds, rail }: { readonly batchIds: readonly string[]; readonly rail?: BankRail },
): Promise<BankFileHead[]> {
  if (batchIds.length === 0) return [];
  let query = operational.selectFrom('payout_files').select(HEAD).where('batch_id', 'in', batchIds);
  if (rail !== undefined) query = query.where('payout_rail', '=', rail);
  return query.orderBy('created_at').orderBy('batch_id').orderBy('payout_rail').orderBy('number').execute();
}

/** Where a payout is in a file. */
export type FiledRow = Pick<PayoutFileLinesTable, 'file_id' | 'amount_minor'> &
  Pick<PayoutFilesTable, 'payout_rail' | 'currency'>;

/** The payouts of some batches that are in files, by payout. */
export async function payoutsInFiles(
  operational: Operational,
  batchIds: readonly string[],
): Promise<ReadonlyMap<string, FiledRow>> {
  if (batchIds.length === 0) return new Map();
  const rows = await operational
    .selectFrom('payout_file_lines as line')
    .innerJoin('payout_files as file', 'file.file_id', 'line.file_id')
    .select(['line.payout_id', 'line.file_id', 'line.amount_minor', 'file.payout_rail', 'file.currency'])
    .where('file.batch_id', 'in', batchIds)
    .execute();
  return new Map(rows.map(({ payout_id, ...filed }) => [payout_id, filed]));
}

/** The file that each of some payouts is in; one that is in none is missing. */
export async function filesOfPayouts(
  operational: Operational,
  payoutIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const some of insertable(payoutIds)) {
    const lines = await operational
      .selectFrom('payout_file_lines')
      .select(['payout_id', 'file_id'])
      .where('payout_id', 'in', some)
      .execute();
    for (const { payout_id, file_id } of lines) files.set(payout_id, file_id);
  }
  return files;
}

/** The file that a payout is in; undefined if it is in none. */
export async function fileOfPayout(operational: Operational, payoutId: string): Promise<string | undefined> {
  const found = await operational
    .selectFrom('payout_file_lines')
    .select('file_id')
    .where('payout_id', '=', payoutId)
    .executeTakeFirst();
  return found?.file_id;
}

/** What persons have said that became of some files, by file; a file that nobody has resolved is missing. */
export async function resolutionsOf(
  operational: Operational,
  fileIds: readonly string[],
): Promise<ReadonlyMap<string, PayoutFileResolutionsTable['outcome']>> {
  if (fileIds.length === 0) return new Map();
  const resolutions = operational.selectFrom('payout_file_resolutions').select(['file_id', 'outcome']);
  const rows = await resolutions.where('file_id', 'in', fileIds).execute();
  return new Map(rows.map(({ file_id, outcome }) => [file_id, outcome]));
}

/** The bytes of a file exactly as they were handed out first. Throws `NotFound`, `Conflict` for a file whose payouts are owed again, `Unavailable` without the key, `InvariantBroken` if it was changed. */
export async function readBankFile(
  stores: Pick<Services, 'operational' | 'taxKeys'>,
  fileId: string,
): Promise<BankFileHead & { readonly bytes: Buffer }> {
  const row = await stores.operational
    .selectFrom('payout_files')
    .selectAll()
    .where('file_id', '=', fileId)
    .executeTakeFirst();
  if (!row) throw new NotFound(`There is no bank file ${fileId}; "tantieme payouts status" names those of a period.`);
  if ((await resolutionsOf(stores.operational, [fileId])).get(fileId) === 'never_taken')
    throw new Conflict(
      `The bank file ${fileId} is not handed out any more: the bank never took it, and its payouts are owed again. Give it to no bank, and export what is planned since.`,
    );
  assertKept(row, `The bank file ${fileId}`);
  const { wrapped_key, master_key_id, nonce, ciphertext, tag, ...head } = row;
  const sealed = { wrapped_key, master_key_id, nonce, ciphertext, tag };
  const bytes = await openBytes(sealed, { taxKeys: requireBankKeys(stores), place: ['payout_files', fileId] });
  invariant(sha256Hex(bytes) === head.file_hash, `The bank file ${fileId} is not the one that was handed out.`);
  return { ...head, bytes };
}

/** Throws `NotFound` if the bytes were deleted, because their term was over. */
function assertKept({ master_key_id }: Pick<SealedColumns, 'master_key_id'>, what: string): void {
  if (master_key_id === ERASED_KEY)
    throw new NotFound(`${what} was deleted once its term was over; its hash and its payouts stay.`);
}

/** Compressed and encrypted. */
export function sealBytes(bytes: Uint8Array, options: { taxKeys: TaxKeys; place: Place }): Promise<SealedColumns> {
  return sealInEnvelope(gzipSync(bytes), options);
}

async function openBytes(sealed: SealedColumns, options: { taxKeys: TaxKeys; place: Place }): Promise<Buffer> {
  return gunzipSync(await openEnvelope(sealed, options));
}

/** The bytes of a file that a bank has sent. Throws `NotFound`. */
export async function readBankMessage(
  stores: Pick<Services, 'operational' | 'taxKeys'>,
  messageHash: string,
): Promise<Buffer> {
  const row = await stores.operational
    .selectFrom('payout_bank_messages')
    .selectAll()
    .where('message_hash', '=', messageHash)
    .executeTakeFirst();
  if (!row) throw new NotFound(`No file with the hash ${messageHash} was received from a bank.`);
  assertKept(row, `The file ${messageHash} of a bank`);
  const bytes = await openBytes(row, {
    taxKeys: requireBankKeys(stores),
    place: ['payout_bank_messages', messageHash],
  });
  invariant(sha256Hex(bytes) === messageHash, `The file ${messageHash} is not the one that was received.`);
  return bytes;
}
