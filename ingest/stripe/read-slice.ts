import Stripe from 'stripe';
import { Unavailable } from '../../warehouse/errors.ts';
import type { CreatedWindow, Resource, StripeRecord } from './resource.ts';
import type { Send } from './retry.ts';

interface SliceOptions {
  readonly stripe: Stripe;
  readonly send: Send;
  readonly created: CreatedWindow;
  /** The limit of records in memory. */
  readonly most: number;
}

interface Slice {
  /** The latest version of each record. */
  readonly records: readonly StripeRecord[];
  readonly isOnePage: boolean;
}

/** Reached only if a list never becomes stable. */
const MOST_READINGS = 10;

/**
 * Reads every record of a slice; undefined if there are too many. A single page is a consistent state of the list. With
 * several pages, records that are inserted before the cursor are missed, so the list is read again until a reading returns
 * nothing new. If the record of the cursor was deleted, the list is read from its beginning.
 */
export async function readSlice(resource: Resource, options: SliceOptions): Promise<Slice | undefined> {
  const records = new Map<string, StripeRecord>();
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    const known = records.size;
    const pages = await readOnce(resource, { ...options, records });
    if (records.size > options.most) return undefined;
    const isStable = pages === resource.listCount || (reading > 1 && records.size === known);
    if (pages !== undefined && isStable) return { records: [...records.values()], isOnePage: reading === 1 };
  }
  throw new Unavailable(
    `Stripe could not be read: its list of objects of the kind ${resource.object} kept changing during ${MOST_READINGS} readings. Try again.`,
  );
}

/** Returns the number of pages, or undefined if the record of a cursor was deleted. */
async function readOnce(
  resource: Resource,
  { stripe, send, created, most, records }: SliceOptions & { records: Map<string, StripeRecord> },
): Promise<number | undefined> {
  let pages = 0;
  const counted: Send = async (request) => {
    const page = await send(request);
    pages++;
    return page;
  };
  try {
    for await (const record of resource.list(stripe, created, { send: counted })) {
      records.set(record.id, record);
      if (records.size > most) break;
    }
  } catch (error) {
    if (isDeletedCursor(error)) return undefined;
    throw error;
  }
  return pages;
}

function isDeletedCursor(error: unknown): boolean {
  const { StripeInvalidRequestError } = Stripe.errors;
  return (
    error instanceof StripeInvalidRequestError && error.code === 'resource_missing' && error.param === 'starting_after'
  );
}
