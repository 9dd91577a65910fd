import type Stripe from 'stripe';
import { type ConnectedPart, nameOf, readConnectedObject } from './connected-object.ts';
import { readObject, type Storing } from './read-object.ts';
import { account, RESOURCES } from './resources.ts';

/** What an event is about. */
export interface About {
  /** `charge.refunded`; of a thin event `v1.charge.refunded` or `v2.core.account.updated`. */
  readonly type: string;
  readonly object_type: string | null;
  readonly object_id: string | null;
  readonly account_id_stripe: string | null;
}

/** What to read for an event, or the reason why nothing is read. */
export type Subject = Wanted | { readonly reason: string };

export interface Wanted {
  /** The object, once for all events about it: `charge ch_1`. */
  readonly what: string;
  /** Reads it and what is related to it; undefined if Stripe has no such object. Throws `Unavailable`. */
  read(stripe: Stripe): Promise<Storing | undefined>;
}

/** Objects whose events mean a change of their connected account; some of them cannot be retrieved by id. */
const PARTS_OF_ACCOUNT: ReadonlySet<string> = new Set(['application', 'capability']);

/** The type of an account in version 2 of the API. */
const ACCOUNT_V2 = 'v2.core.account';

/**
 * What to read for an event: a record of the platform; of a connected account the account itself, its payouts, its balance and where it
 * pays out to.
 */
export function subjectOf({ object_type, object_id, account_id_stripe, ...about }: About): Subject {
  const type = about.type.replace(/^v1\./, '');
  if (type === 'balance.available') {
    if (account_id_stripe === null) return { reason: 'The balance of the platform is read by pull-stripe.' };
    return connected(account_id_stripe, { part: 'balance' });
  }
  if (object_type === null || object_id === null) return { reason: 'The event is about no object with an id.' };
  if (object_type === ACCOUNT_V2) return ofPlatform(account.object, object_id);
  if (account_id_stripe !== null) {
    if (PARTS_OF_ACCOUNT.has(object_type)) return ofPlatform(account.object, account_id_stripe);
    if (object_type === account.object) return ofPlatform(account.object, object_id);
    if (object_type === 'payout') return connected(account_id_stripe, { part: 'payout', id: object_id });
    if (type.startsWith('account.external_account.'))
      return connected(account_id_stripe, { part: 'external_accounts' });
    return {
      reason: `The ${object_type} is one of ${account_id_stripe}; of a connected account, only the account, its payouts, its balance and its external accounts are stored.`,
    };
  }
  if (object_type.startsWith('reserve.')) {
    return { reason: `A ${object_type} is not stored; its balance transactions are read by pull-stripe.` };
  }
  return ofPlatform(object_type, object_id);
}

function ofPlatform(kind: string, id: string): Subject {
  const resource = RESOURCES.find(({ object }) => object === kind);
  if (!resource) return { reason: `Records of the kind ${kind} are not stored.` };
  return { what: `${kind} ${id}`, read: (stripe) => readObject(stripe, resource, id) };
}

function connected(account: string, about: ConnectedPart): Wanted {
  return { what: nameOf(account, about), read: (stripe) => readConnectedObject(stripe, account, about) };
}
