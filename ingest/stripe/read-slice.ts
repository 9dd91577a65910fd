import Stripe from 'stripe';
import { Unavailable } from '../../warehouse/errors.ts';
import type { CreatedWindow, Resource, StripeRecord } from './resource.ts';
import type { Ask } from './retry.ts';

export interface SliceOptions {
  readonly stripe: Stripe;
  readonly ask: Ask;
  readonly created: CreatedWindow;
  /** More records than this are not kept in memory. */
  readonly most: number;
}

export interface Slice {
  /** Each as it was read last. */
  readonly records: readonly StripeRecord[];
  readonly isOnePage: boolean;
}

/** Only a list that never stands still is read so often. */
const MOST_READINGS = 10;

/**
 * Reads every record of a slice; gives nothing where there are too many. One page is one state of the list. Of several, rows
 * that come in behind the cursor are missed, so the list is read again until a reading brings nothing that the ones before
 * have not. Where the cursor's own record is gone, the list is read from its beginning.
 */
export async function readSlice(resource: Resource, options: SliceOptions): Promise<Slice | undefined> {
  const records = new Map<string, StripeRecord>();
  for (let reading = 1; reading <= MOST_READINGS; reading++) {
    const known = records.size;
    const pages = await readOnce(resource, { ...options, records });
    if (records.size > options.most) return undefined;
    const isSettled = pages === 1 || (reading > 1 && records.size === known);
    if (pages !== undefined && isSettled) return { records: [...records.values()], isOnePage: reading === 1 };
  }
  throw new Unavailable(
    `Stripe could not be read: its list of every ${resource.object} was not the same in ${MOST_READINGS} readings.`,
  );
}

/** Gives the number of pages, or undefined where the list broke off at a cursor that is gone. */
async function readOnce(
  resource: Resource,
  { stripe, ask, created, most, records }: SliceOptions & { records: Map<string, StripeRecord> },
): Promise<number | undefined> {
  let pages = 0;
  const counted: Ask = async (request) => {
    const page = await ask(request);
    pages++;
    return page;
  };
  try {
    for await (const record of resource.list(stripe, created, { ask: counted })) {
      records.set(record.id, record);
      if (records.size > most) break;
    }
  } catch (error) {
    if (isGoneCursor(error)) return undefined;
    throw error;
  }
  return pages;
}

function isGoneCursor(error: unknown): boolean {
  const { StripeInvalidRequestError } = Stripe.errors;
  return (
    error instanceof StripeInvalidRequestError && error.code === 'resource_missing' && error.param === 'starting_after'
  );
}
