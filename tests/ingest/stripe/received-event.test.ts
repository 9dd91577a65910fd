import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { parseSnapshotEvent, parseThinEvent } from '../../../ingest/stripe/received-event.ts';
import { Rejected } from '../../../warehouse/errors.ts';
import { eventAbout, notificationAbout } from '../../support/stripe/webhooks.ts';

const CREATED = Date.UTC(2026, 0, 15, 12);
const CHARGE = { id: 'ch_1', object: 'charge' };
const at = { id: 'evt_1', created_at_ms: CREATED };
const snapshot = (change: object = {}, type = 'charge.updated', object: Record<string, unknown> = CHARGE) =>
  parseSnapshotEvent({ ...eventAbout(type, object, at), ...change } as Stripe.Event);
const thin = (change: object = {}) =>
  parseThinEvent({
    ...notificationAbout('v2.core.account.updated', { id: 'acct_ada', type: 'v2.core.account' }, at),
    ...change,
  } as Stripe.V2.Core.EventNotification);

describe('an event', () => {
  test('is stored with its object', () => {
    expect(snapshot({ account: 'acct_ada' })).toEqual({
      event_id: 'evt_1',
      kind: 'snapshot',
      type: 'charge.updated',
      object_type: 'charge',
      object_id: 'ch_1',
      account_id_stripe: 'acct_ada',
      created_at: '2026-01-15T12:00:00.000Z',
      api_version: '2026-10-28.endive',
    });
    expect(thin({ context: 'org_1/acct_ada' })).toEqual({
      event_id: 'evt_1',
      kind: 'thin',
      type: 'v2.core.account.updated',
      object_type: 'v2.core.account',
      object_id: 'acct_ada',
      account_id_stripe: 'acct_ada',
      created_at: '2026-01-15T12:00:00.000Z',
      api_version: null,
    });
  });

  test.each(['py_1Qabc', '2024-01-05', '4711', 'ch 1 – é', 'x'.repeat(255)])(
    'is about the object %s, whatever its id looks like',
    (id) => expect(snapshot({}, 'charge.updated', { ...CHARGE, id })).toMatchObject({ object_id: id }),
  );

  test('can be about no object with an id', () => {
    const nothing = { object_type: null, object_id: null, account_id_stripe: null };
    expect(snapshot({}, 'balance.available', { object: 'balance' })).toMatchObject(nothing);
    expect(thin({ related_object: undefined })).toMatchObject(nothing);
  });

  test.each([
    ['is nothing', () => parseSnapshotEvent(null as never)],
    ['is of another kind', () => snapshot({ object: 'charge' })],
    ['has no id', () => snapshot({ id: undefined })],
    ['has an id with a NUL character', () => snapshot({ id: 'evt_\0' })],
    ['has an empty id', () => snapshot({ id: '' })],
    ['has a malformed account', () => snapshot({ account: 'a'.repeat(256) })],
    ['has an id that is too long', () => snapshot({ id: 'e'.repeat(256) })],
    ['has no type', () => snapshot({ type: 7 })],
    ['has an object without a type', () => snapshot({}, 'charge.updated', { id: 'ch_1' })],
    ['has an object with an invalid id', () => snapshot({}, 'charge.updated', { id: 1, object: 'charge' })],
    ['has no creation time', () => snapshot({ created: 'today' })],
    ['is thin, of another kind', () => thin({ object: 'event' })],
    ['is thin, without a creation time', () => thin({ created: 'today' })],
    ['is thin, with an object without a type', () => thin({ related_object: { id: 'acct_ada' } })],
  ])('that %s is refused', (_, receive) => {
    expect(receive).toThrow(Rejected);
  });
});
