import Stripe from 'stripe';
import { messageOf, NotFound, Unavailable } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import type { WarehouseWriter } from '../../warehouse/warehouse.ts';
import { type StoredRecord, withRelated } from './related.ts';
import type { Resource } from './resource.ts';
import { RESOURCES } from './resources.ts';
import { type ReadAt, storeRecords } from './store-records.ts';

/** Stores what was read, all or nothing; returns the number of records that have changed. */
export type Storing = (writer: WarehouseWriter, at: ReadAt) => Promise<number>;

/**
 * Reads one of the platform's records and the records related to it. Undefined if Stripe answers that there is none; throws
 * `Unavailable` if it cannot be read.
 */
export async function readObject(stripe: Stripe, resource: Resource, id: string): Promise<Storing | undefined> {
  const what = `${resource.object} ${id}`;
  const record = await readOrMissing(what, () => resource.retrieve(stripe, id) as Promise<StoredRecord>);
  if (!record) return undefined;
  const records = new Map<string, StoredRecord>();
  const related = async (): Promise<void> => {
    for await (const each of withRelated(stripe, record)) records.set(each.id, each);
  };
  await related().catch((error) => throwUnavailable(what, error));
  return (writer, at) => storeByKind(writer, [...records.values()], at);
}

/** Reads an object; undefined if Stripe has none. Throws `Unavailable` if it cannot be read. */
export async function readOrMissing<T>(what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throwUnavailable(what, error);
  }
}

function throwUnavailable(what: string, error: unknown): never {
  if (!(error instanceof Stripe.errors.StripeError) && !(error instanceof NotFound)) throw error;
  throw new Unavailable(`The ${what} could not be read from Stripe: ${messageOf(error)}`);
}

function isMissing(error: unknown): boolean {
  if (error instanceof NotFound) return true;
  return error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing';
}

/** Whether Stripe refuses because a connected account was deleted or disconnected. */
export function isInaccessible(error: unknown): boolean {
  return error instanceof Stripe.errors.StripePermissionError && error.code === 'account_invalid';
}

async function storeByKind(writer: WarehouseWriter, records: readonly StoredRecord[], at: ReadAt): Promise<number> {
  let changed = 0;
  for (const [kind, some] of Map.groupBy(records, ({ object }) => object)) {
    const resource = requirePresent(
      RESOURCES.find(({ object }) => object === kind),
      `Stripe returned a record of the kind ${kind}, which is not stored.`,
    );
    changed += await storeRecords(writer, resource, some, at);
  }
  return changed;
}
