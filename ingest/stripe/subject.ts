import type { Resource } from './resource.ts';
import { account, RESOURCES } from './resources.ts';

/** The object that an event is about. */
export interface About {
  readonly object_type: string | null;
  readonly object_id: string | null;
  readonly account_id_stripe: string | null;
}

/** The record to fetch, or the reason why none is fetched. */
export type Subject = { readonly resource: Resource; readonly id: string } | { readonly reason: string };

/** Objects whose events mean a change of their connected account; some of them cannot be retrieved by id. */
const PARTS_OF_ACCOUNT: ReadonlySet<string> = new Set(['application', 'capability']);

/** The type of an account in version 2 of the API. */
const ACCOUNT_V2 = 'v2.core.account';

/** The record to fetch for an event. Only the platform's own records are stored; of a connected account, only the account itself. */
export function subjectOf({ object_type, object_id, account_id_stripe }: About): Subject {
  if (object_type === null || object_id === null) return { reason: 'The event is about no object with an id.' };
  if (object_type === ACCOUNT_V2) return { resource: account, id: object_id };
  if (account_id_stripe !== null && PARTS_OF_ACCOUNT.has(object_type)) {
    return { resource: account, id: account_id_stripe };
  }
  const resource = RESOURCES.find(({ object }) => object === object_type);
  if (!resource) return { reason: `Records of the kind ${object_type} are not stored.` };
  if (account_id_stripe !== null && resource.object !== account.object) {
    return { reason: `The ${object_type} is one of ${account_id_stripe}; only those of the platform are stored.` };
  }
  return { resource, id: object_id };
}
