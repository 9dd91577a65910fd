import Stripe from 'stripe';
import { type Clock, instant } from '../../../warehouse/clock.ts';
import { fingerprint } from './fingerprint.ts';
import { seconds } from './objects.ts';

interface EventOptions {
  /** The event id. Default: derived from the content, so that a repetition is the same event. */
  readonly id?: string;
  readonly created_at_ms: number;
  /** The connected account in which it happened. */
  readonly account?: string;
}

/** A snapshot event, with the state of an object at the time of the event. */
export function eventAbout(
  type: string,
  object: Readonly<Record<string, unknown>>,
  { id, created_at_ms, account }: EventOptions,
): object {
  return {
    id: id ?? `evt_${fingerprint([type, object, created_at_ms]).slice(0, 24)}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    ...(account !== undefined && { account }),
    created: seconds(created_at_ms),
    data: { object },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
  };
}

/** A thin event, which only refers to its object: `{ id: 'acct_ada', type: 'v2.core.account' }`. */
export function notificationAbout(
  type: string,
  related: { readonly id: string; readonly type: string } | undefined,
  { id, created_at_ms, account }: EventOptions,
): object {
  return {
    id: id ?? `evt_test_${fingerprint([type, related, created_at_ms]).slice(0, 24)}`,
    object: 'v2.core.event',
    ...(account !== undefined && { context: account }),
    created: instant(created_at_ms),
    livemode: false,
    reason: null,
    ...(related && { related_object: { ...related, url: `/v1/${related.type}s/${related.id}` } }),
    type,
  };
}

/** The signature header of a body that is signed with each of the secrets, as during a rotation. */
export function signatureOf(
  body: string,
  { secrets, signed_at_ms }: { readonly secrets: readonly string[]; readonly signed_at_ms: number },
): string {
  const timestamp = seconds(signed_at_ms);
  const headers = secrets.map((secret) =>
    Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp } as Parameters<
      typeof Stripe.webhooks.generateTestHeaderString
    >[0]),
  );
  return [`t=${timestamp}`, ...headers.map((header) => header.split(',')[1])].join();
}

interface SenderOptions {
  /** The address of the endpoint: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly clock: Clock;
  /** The signing secrets of the endpoint: two during a rotation. */
  readonly secrets: readonly string[];
}

/** The response of an endpoint; `detail` is empty if it accepted the event. */
export interface Answer {
  readonly status: number;
  readonly detail: string;
}

/** Delivers an event like Stripe: signs it with the current time and sends it. */
export async function deliver(event: object, { url, clock, secrets }: SenderOptions): Promise<Answer> {
  const body = JSON.stringify(event, null, 2);
  const isThin = 'object' in event && event.object === 'v2.core.event';
  const signature = signatureOf(body, { secrets, signed_at_ms: clock.now() });
  return post(`${url}/v1/stripe/webhook${isThin ? '/thin' : ''}`, { body, signature });
}

/** Sends any body with any signature. */
export async function post(
  url: string,
  { body, signature }: { readonly body: string | Uint8Array<ArrayBuffer>; readonly signature?: string | undefined },
): Promise<Answer> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    ...(signature !== undefined && { 'stripe-signature': signature }),
  };
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer = (await response.json()) as { readonly detail?: string };
  return { status: response.status, detail: answer.detail ?? '' };
}
