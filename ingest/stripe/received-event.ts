import type Stripe from 'stripe';
import { instant } from '../../warehouse/clock.ts';
import { Rejected } from '../../warehouse/errors.ts';

/** What is read of an event: that it is, and what it is about. What has become of that is asked of Stripe by its id. */
export interface ReceivedEvent {
  readonly event_id: string;
  readonly kind: 'snapshot' | 'thin';
  /** `charge.refunded`; of a thin event `v1.charge.refunded` or `v2.core.account.updated`. */
  readonly type: string;
  /** Stripe's word for the kind of object; none where the event is about nothing that has an id. */
  readonly object_type: string | null;
  readonly object_id: string | null;
  /** The connected account in which it happened; none on the platform itself. */
  readonly account_id_stripe: string | null;
  readonly created_at: string;
  readonly api_version: string | null;
}

/** A snapshot event as received. Throws `Rejected` for what no event of Stripe is like. */
export function snapshotEvent(event: Stripe.Event): ReceivedEvent {
  if (event?.object !== 'event') throw new Rejected('The body is no event of Stripe.');
  const object: { readonly id?: unknown; readonly object?: unknown } = event.data?.object ?? {};
  const object_id = optionalWord(object.id, 'an object with a malformed id');
  return {
    event_id: word(event.id, 'no id'),
    kind: 'snapshot',
    type: word(event.type, 'no type'),
    object_type: object_id && word(object.object, 'an object without a kind'),
    object_id,
    account_id_stripe: optionalWord(event.account, 'a malformed account'),
    created_at: moment(Number.isInteger(event.created) ? event.created * 1000 : Number.NaN),
    api_version: optionalWord(event.api_version, 'a malformed API version'),
  };
}

/** A thin event as received; its `context` is the account, below an organisation its last part. */
export function thinEvent(event: Stripe.V2.Core.EventNotification): ReceivedEvent {
  if (event?.object !== 'v2.core.event') throw new Rejected('The body is no thin event of Stripe.');
  const related: { readonly id?: unknown; readonly type?: unknown } =
    ('related_object' in event ? event.related_object : undefined) ?? {};
  const object_id = optionalWord(related.id, 'an object with a malformed id');
  return {
    event_id: word(event.id, 'no id'),
    kind: 'thin',
    type: word(event.type, 'no type'),
    object_type: object_id && word(related.type, 'an object without a kind'),
    object_id,
    account_id_stripe: optionalWord(event.context?.toString().split('/').at(-1), 'a malformed context'),
    created_at: moment(Date.parse(String(event.created))),
    api_version: null,
  };
}

/** Stripe's ids and names: printable, without spaces, of a length that can be kept. */
function word(value: unknown, what: string): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,255}$/.test(value)) return value;
  throw new Rejected(`The event has ${what}.`);
}

function optionalWord(value: unknown, what: string): string | null {
  return value === undefined || value === null ? null : word(value, what);
}

function moment(epochMs: number): string {
  if (!(epochMs >= 0 && epochMs < 253_402_300_800_000))
    throw new Rejected('The event does not say when it was created.');
  return instant(epochMs);
}
