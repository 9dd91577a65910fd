import { describe, expect, test } from 'vitest';
import { type Delivery, requireSignedEvent, requireSignedNotification } from '../../../ingest/stripe/signature.ts';
import { messageOf, Rejected } from '../../../warehouse/errors.ts';
import { eventAbout, notificationAbout, signatureOf } from '../../support/stripe/webhooks.ts';

const NOW = Date.UTC(2026, 0, 15, 12, 0, 0, 999);
const OLD = 'whsec_old';
const NEW = 'whsec_new';
const EVENT = eventAbout('charge.updated', { id: 'ch_1', object: 'charge' }, { created_at_ms: NOW });
const BODY = JSON.stringify(EVENT, null, 2);

const bytes = (text: string): Buffer => Buffer.from(text);
const signed = (body = BODY, { secrets = [NEW], signed_at_ms = NOW } = {}): Delivery => ({
  body: bytes(body),
  signature: signatureOf(body, { secrets, signed_at_ms }),
});
const verification = (...secrets: string[]) => ({ secrets, clock: { now: () => NOW } });

function refusal(
  delivery: Delivery,
  { secrets = [NEW], prove = requireSignedEvent as (...given: never) => unknown } = {},
) {
  try {
    (prove as typeof requireSignedEvent)(delivery, verification(...secrets));
  } catch (error) {
    expect(error).toBeInstanceOf(Rejected);
    expect(messageOf(error)).not.toMatch(/whsec_(old|new)/);
    return messageOf(error);
  }
  return 'taken';
}

describe('a signature', () => {
  test('is valid for an event, and for a thin event', () => {
    expect(requireSignedEvent(signed(), verification(NEW))).toEqual(EVENT);
    const thin = notificationAbout('v1.charge.updated', { id: 'ch_1', type: 'charge' }, { created_at_ms: NOW });
    expect(requireSignedNotification(signed(JSON.stringify(thin)), verification(NEW))).toMatchObject(thin);
  });

  test.each([
    ['the old secret, which is still valid', [OLD], [NEW, OLD], true],
    ['both, of which we have the new one', [OLD, NEW], [NEW], true],
    ['both, of which we have the old one', [NEW, OLD], [OLD], true],
    ['the old secret, which is not valid any more', [OLD], [NEW], false],
    ['a wrong one', ['whsec_wrong'], [NEW, OLD], false],
  ])('with %s: %#', (_, by, valid, isTaken) => {
    const answer = refusal(signed(BODY, { secrets: by }), { secrets: valid });
    expect(answer).toMatch(isTaken ? /^taken$/ : /does not match any secret/);
  });

  test.each([
    [-300, 'taken'],
    [
      -301,
      'The event is not accepted: its signature is 301 seconds old, and at most 300 are allowed. The time here is 2026-01-15T12:00:00.999Z.',
    ],
    [300, 'taken'],
    [
      301,
      'The event is not accepted: its signature is 301 seconds in the future, and at most 300 are allowed. The time here is 2026-01-15T12:00:00.999Z.',
    ],
    [
      -3 * 86_400,
      'The event is not accepted: its signature is 259200 seconds old, and at most 300 are allowed. The time here is 2026-01-15T12:00:00.999Z.',
    ],
  ])('made %i seconds from now, by our clock: %s', (seconds, answer) => {
    expect(refusal(signed(BODY, { signed_at_ms: NOW + seconds * 1000 }))).toBe(answer);
  });

  test('covers the bytes, not their meaning', () => {
    const { signature } = signed();
    expect(refusal({ body: bytes(JSON.stringify(EVENT)), signature })).toMatch(/its body was changed in transit/);
    expect(refusal({ body: bytes(`${BODY}\n`), signature })).toMatch(/changed/);
    expect(refusal({ body: Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes(BODY)]), signature })).toMatch(
      /changed/,
    );
    expect(refusal({ body: bytes(''), signature })).toMatch(/changed/);
  });

  test('is not valid for bytes that only a lenient decoder reads as the same text', () => {
    const body = JSON.stringify({ ...EVENT, note: '\ufffd' });
    const { signature } = signed(body);
    const at = bytes(body).indexOf(bytes('\ufffd'));
    const other = Buffer.concat([bytes(body).subarray(0, at), Buffer.from([0xff]), bytes(body).subarray(at + 3)]);
    expect(refusal({ body: bytes(body), signature })).toBe('taken');
    expect(refusal({ body: other, signature })).toBe('The body of the event is not valid UTF-8.');
  });

  const { signature = '' } = signed();
  const [t, v1] = signature.split(',');
  test.each([
    [undefined, /the header Stripe-Signature is missing/],
    ['', /malformed/],
    [`${v1}`, /malformed/],
    [`${t}`, /malformed/],
    [`${t},v1=`, /malformed/],
    [`${t},v1=\u00e9`, /malformed/],
    [`t=1,${t},${v1}`, /malformed/],
    [`${t},${v1},t=1`, /malformed/],
    [`t=-5,${v1}`, /malformed/],
    [`${t},${v1?.replace('v1', 'v0')}`, /does not match any secret/],
    [`${t},v1=${'0'.repeat(64)}`, /does not match any secret/],
    [`${t},v0=${'0'.repeat(64)},v1=${'0'.repeat(64)},${v1}`, /^taken$/],
  ])('written as %s', (header, answer) => {
    expect(refusal({ body: bytes(BODY), signature: header })).toMatch(answer);
  });

  test.each([
    ['a body that is not JSON', '{"id":', requireSignedEvent, /^The body of the event is not JSON\.$/],
    [
      'a thin event for the address of the others',
      '{"object":"v2.core.event"}',
      requireSignedEvent,
      /have different addresses/,
    ],
    ['another event for the address of the thin ones', BODY, requireSignedNotification, /have different addresses/],
    ['nothing', 'null', requireSignedNotification, /have different addresses/],
  ])('of %s is not accepted', (_, body, prove, answer) => {
    expect(refusal(signed(body), { prove })).toMatch(answer);
  });
});
