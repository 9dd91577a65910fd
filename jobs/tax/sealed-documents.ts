import { Conflict, InvariantBroken } from '../../warehouse/errors.ts';
import type { DocumentsTable } from '../../warehouse/operational/document-tables.ts';
import { DOCUMENT_KINDS, type DocumentKindDeclaration } from '../../warehouse/vocabulary/documents.ts';
import type { Services } from '../job.ts';
import { type DataKey, keyForReading, keyForWriting, PLATFORM_KEY_OWNER } from './data-keys.ts';
import { placeOfDocument, type SealedDocument, sealBytes } from './sealed-bytes.ts';
import { open } from './sealed-value.ts';
import { requireTaxKeys } from './tax-keys.ts';

type Stores = Pick<Services, 'operational' | 'clock' | 'taxKeys'>;

type Row = Pick<DocumentsTable, 'kind' | 'subject' | 'hash'>;

/**
 * The key under which documents of tax are sealed, which have names, addresses and numbers: the last one of the creator that they are about, so that
 * erasing the creator's profiles erases its copies too, or of the platform (`PLATFORM_KEY_OWNER`: a creator may be called as the subject of the
 * platform is). A key that waits to be erased is used too: what is sealed now is a part of what was to be erased. Throws `Unavailable` without
 * master keys.
 */
export async function lastKeyOf(stores: Stores, keyOwner: string): Promise<DataKey> {
  const { operational, clock } = stores;
  const taxKeys = requireTaxKeys(stores);
  const last = await operational
    .selectFrom('tax_data_keys')
    .select('data_key_id')
    .where('creator_id', '=', keyOwner)
    .orderBy('created_at', 'desc')
    .orderBy('data_key_id')
    .limit(1)
    .executeTakeFirst();
  const key = last && (await keyForReading(operational, { taxKeys, dataKeyId: last.data_key_id }));
  if (last && key) return { id: last.data_key_id, key };
  return operational
    .transaction()
    .execute((transaction) => keyForWriting(transaction, { taxKeys, creatorId: keyOwner, now: clock.now() }));
}

/** Documents of all creators of a payer as they are stored, sealed under the key of the platform. Throws as `lastKeyOf`. */
export async function sealOfPlatform(
  stores: Stores,
  { documents, subject }: { readonly documents: readonly Uint8Array[]; readonly subject: string },
): Promise<Buffer[]> {
  const dataKey = await lastKeyOf(stores, PLATFORM_KEY_OWNER);
  return documents.map((bytes) => sealBytes(bytes, { ...dataKey, subject }));
}

/**
 * The bytes of a document as its readers get them, whether its kind is sealed or not. Throws `Conflict` if it was erased, `Unavailable` without its
 * master key, `InvariantBroken` if it was changed.
 */
export async function readDocument(stores: Stores & Pick<Services, 'documents'>, row: Row): Promise<Uint8Array> {
  const stored = await stores.documents.get(row.hash);
  const { isSealed = false }: DocumentKindDeclaration = DOCUMENT_KINDS[row.kind];
  if (!isSealed) return stored;
  const { data_key_id, ...value } = parseSealed(stored, row);
  const key = await keyForReading(stores.operational, { taxKeys: requireTaxKeys(stores), dataKeyId: data_key_id });
  if (!key) throw new Conflict('The document was erased with the tax profiles of its creator.');
  return open(value, { key, place: placeOfDocument(row.subject) });
}

function parseSealed(stored: Uint8Array, { hash }: Row): SealedDocument {
  try {
    return JSON.parse(Buffer.from(stored).toString()) as SealedDocument;
  } catch {
    throw new InvariantBroken(`The document ${hash} is not sealed, although its kind is; restore it from a backup.`);
  }
}
