import { Conflict, InvariantBroken } from '../../warehouse/errors.ts';
import type { DocumentsTable } from '../../warehouse/operational/document-tables.ts';
import { DOCUMENT_KINDS, type DocumentKindDeclaration } from '../../warehouse/vocabulary/documents.ts';
import type { Services } from '../job.ts';
import { type DataKey, keyForReading, keyForWriting } from './data-keys.ts';
import { open, type SealedValue, seal } from './sealed-value.ts';
import { requireTaxKeys } from './tax-keys.ts';

type Stores = Pick<Services, 'operational' | 'clock' | 'taxKeys'>;

/** A document as it is stored: sealed under a data key of its subject. */
interface SealedDocument extends SealedValue {
  readonly data_key_id: string;
}

type Row = Pick<DocumentsTable, 'kind' | 'subject' | 'hash'>;

interface PlainDocument {
  readonly bytes: Uint8Array;
  readonly subject: string;
  /** The creator under whose key it is sealed, or `PLATFORM_KEY_OWNER`: a creator may be called as the subject of the platform is. */
  readonly keyOwner: string;
}

/**
 * Seals documents of tax, which have names, addresses and numbers, as profiles are sealed: under the last key of the creator that each is about, so
 * that erasing the creator's profiles erases its copies too, or of the platform. Returns the bytes to store. Throws `Unavailable` without master keys.
 */
export async function sealDocuments(stores: Stores, documents: readonly PlainDocument[]): Promise<Buffer[]> {
  const keys = new Map<string, DataKey>();
  const sealed: Buffer[] = [];
  for (const { bytes, subject, keyOwner } of documents) {
    const { id, key } = keys.get(keyOwner) ?? (await lastKeyOf(stores, keyOwner));
    keys.set(keyOwner, { id, key });
    const value: SealedDocument = { data_key_id: id, ...seal(Buffer.from(bytes), { key, place: placeOf(subject) }) };
    sealed.push(Buffer.from(JSON.stringify(value)));
  }
  return sealed;
}

/**
 * The bytes of a document as its readers get them, whether its kind is sealed or not. Throws `Conflict` if it was erased, `Unavailable` without its
 * master key, `InvariantBroken` if it was changed.
 */
export async function readDocument(stores: Stores & Pick<Services, 'documents'>, row: Row): Promise<Uint8Array> {
  const stored = await stores.documents.get(row.hash);
  const { isSealed = false }: DocumentKindDeclaration = DOCUMENT_KINDS[row.kind];
  if (!isSealed) return stored;
  const { data_key_id, ...value } = sealedIn(stored, row);
  const key = await keyForReading(stores.operational, { taxKeys: requireTaxKeys(stores), dataKeyId: data_key_id });
  if (!key) throw new Conflict('The document was erased with the tax profiles of its creator.');
  return open(value, { key, place: placeOf(row.subject) });
}

/** A key that waits to be erased is used too: what is sealed now is a part of what was to be erased. */
async function lastKeyOf(stores: Stores, keyOwner: string): Promise<DataKey> {
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

const placeOf = (subject: string): readonly string[] => ['document', subject];

function sealedIn(stored: Uint8Array, { hash }: Row): SealedDocument {
  try {
    return JSON.parse(Buffer.from(stored).toString()) as SealedDocument;
  } catch {
    throw new InvariantBroken(`The document ${hash} is not sealed, although its kind is; restore it from a backup.`);
  }
}
