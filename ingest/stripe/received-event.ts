import type Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';

/** The parts of an event that are used: its identity and its object. The object itself is read from Stripe by its id. */
export interface ReceivedEvent {
  readonly event_id: string;
  readonly kind: 'snapshot' | 'thin';
  /** `charge.refunded`; of a thin event `v1.charge.refunded` or `v2.core.account.updated`. */
  readonly type: string;
  /** Stripe's type of the object; null if the event is about no object with an id. */
  readonly object_type: string | null;
  readonly object_id: string | null;
  /** The connected account in which it happened; null for the platform itself. */
  readonly account_id_stripe: string | null;
  readonly created_at: string;
  readonly api_version: string | null;
}

/** A snapshot event as received. Throws `Rejected` if it does not have the form of a Stripe event. */
export function parseSnapshotEvent(event: Stripe.Event): ReceivedEvent {
  if (event?.object !== 'event') throw new Rejected('The body is not a Stripe event.');
  const object: { readonly id?: unknown; readonly object?: unknown } = event.data?.object ?? {};
  const object_id = requireOptionalToken(object.id, 'an object with a malformed id');
  return {
    event_id: requireToken(event.id, 'no id'),
    kind: 'snapshot',
    type: requireToken(event.type, 'no type'),
    object_type: object_id && requireToken(object.object, 'an object without a kind'),
    object_id,
    account_id_stripe: requireOptionalToken(event.account, 'a malformed account'),
    created_at: requireInstant(Number.isInteger(event.created) ? event.created * 1000 : Number.NaN),
    api_version: requireOptionalToken(event.api_version, 'a malformed API version'),
  };
}

/** A thin event as received; its `context` is the account, or ends with the account within an organisation. */
export function parseThinEvent(event: Stripe.V2.Core.EventNotification): ReceivedEvent {
  if (event?.object !== 'v2.core.event') throw new Rejected('The body is not a thin event of Stripe.');
  const related: { readonly id?: unknown; readonly type?: unknown } =
    ('related_object' in event ? event.related_object : undefined) ?? {};
  const object_id = requireOptionalToken(related.id, 'an object with a malformed id');
  return {
    event_id: requireToken(event.id, 'no id'),
    kind: 'thin',
    type: requireToken(event.type, 'no type'),
    object_type: object_id && requireToken(related.type, 'an object without a kind'),
    object_id,
    account_id_stripe: requireOptionalToken(event.context?.toString().split('/').at(-1), 'a malformed context'),
    created_at: requireInstant(Date.parse(String(event.created))),
    api_version: null,
  };
}

/** Stripe's ids and names are its own: any text of limited length without a NUL character, which PostgreSQL cannot store. */
function requireToken(value: unknown, what: string): string {
  if (typeof value === 'string' && /^[^\0]{1,255}$/u.test(value)) return value;
  throw new Rejected(`The event has ${what}.`);
}

function requireOptionalToken(value: unknown, what: string): string | null {
  return value === undefined || value === null ? null : requireToken(value, what);
}

function requireInstant(epochMs: number): string {
  if (!(epochMs >= 0 && epochMs < 253_402_300_800_000)) throw new Rejected('The event has no valid creation time.');
  return instant(epochMs);
}
