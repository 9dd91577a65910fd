import type { Resource } from './resource.ts';
import { account, RESOURCES } from './resources.ts';

/** An event, as far as it says what it is about. */
export interface About {
  readonly object_type: string | null;
  readonly object_id: string | null;
  readonly account_id_stripe: string | null;
}

/** The record to be fetched, or why none is. */
export type Subject = { readonly resource: Resource; readonly id: string } | { readonly reason: string };

/** What is told of a connected account through other objects, some of which have no id that Stripe could be asked by. */
const PARTS_OF_ACCOUNT: ReadonlySet<string> = new Set(['application', 'capability']);

/** The same account under the name that version 2 of the API has for it. */
const ACCOUNT_V2 = 'v2.core.account';

/** The record that an event leads to. The books are the platform's: of what happens inside a connected account only the account is kept. */
export function subjectOf({ object_type, object_id, account_id_stripe }: About): Subject {
  if (object_type === null || object_id === null) return { reason: 'It is about nothing that has an id.' };
  if (object_type === ACCOUNT_V2) return { resource: account, id: object_id };
  if (account_id_stripe !== null && PARTS_OF_ACCOUNT.has(object_type)) {
    return { resource: account, id: account_id_stripe };
  }
  const resource = RESOURCES.find(({ object }) => object === object_type);
  if (!resource) return { reason: `Nothing is kept of the kind ${object_type}.` };
  if (account_id_stripe !== null && resource.object !== account.object) {
    return { reason: `It is a ${object_type} of ${account_id_stripe}, and only the platform's own are kept.` };
  }
  return { resource, id: object_id };
}
