import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import { mayKindSend, Senders } from '../../../ingest/events/senders.ts';
import type { Receipt } from '../../../ingest/rudder/receive.ts';

const senders = new Senders([
  { source_id: 'marketplace' },
  { source_id: 'shop', kind: 'browser' },
  { source_id: 'plane', kind: 'webhook' },
  { source_id: 'tantieme', kind: 'internal' },
  { source_id: 'bank', events: ['Payout Sent'] },
]);
const receipt = (source_id: string, event: string, more: Partial<Receipt> = {}): Receipt => ({
  received_at: '2026-01-31T00:00:00.000Z',
  source_id,
  request_ip: '',
  message: { type: 'track', event },
  ...more,
});
const reasonFor = (...given: Parameters<typeof receipt>) => senders.violationOf(receipt(...given))?.reason;

/** What only we know: what was paid and issued, what finance corrects, and what is withheld. */
const OURS = [
  ...['Bank Entry Recorded', 'Bank Statement Recorded'],
  ...['Correction Approved', 'Correction Proposed', 'Correction Rejected'],
  ...['Payout Changed', 'Payout Failed', 'Payout Reversed', 'Payout Sent', 'Royalty Statement Issued'],
  ...['Creator Payer Assigned', 'Tax Settings Changed', 'Tax Status Changed'],
];

describe('without a list of events', () => {
  test.each([
    ['shop', ['Sample Requested']],
    ['marketplace', CATALOGUE.map(({ name }) => name).filter((name) => !OURS.includes(name))],
    ['plane', CATALOGUE.map(({ name }) => name).filter((name) => !OURS.includes(name))],
    ['a source that is no longer declared', CATALOGUE.map(({ name }) => name).filter((name) => !OURS.includes(name))],
    ['tantieme', CATALOGUE.map(({ name }) => name)],
  ])('%s may send no other events than these', (source_id, allowed) => {
    const accepted = CATALOGUE.filter(({ name }) => reasonFor(source_id, name) === undefined);
    expect(accepted.map(({ name }) => name)).toEqual(
      CATALOGUE.map(({ name }) => name).filter((n) => allowed.includes(n)),
    );
  });

  test('the refusal names the source and the event', () => {
    expect(senders.violationOf(receipt('marketplace', 'Payout Sent'))).toEqual({
      violation: 'Unknown-Violation',
      path: '/event',
      reason: 'The source marketplace may not send the event Payout Sent.',
    });
  });

  test('other types of events may be sent by all', () => {
    expect(
      senders.violationOf(receipt('shop', '', { message: { type: 'page', event: 'Payout Sent' } })),
    ).toBeUndefined();
  });
});

test('a list of events is all that a source may send', () => {
  expect(reasonFor('bank', 'Payout Sent')).toBeUndefined();
  expect(reasonFor('bank', 'Asset Used')).toBe('The source bank may not send the event Asset Used.');
});

test('an event that a source reserves comes from no other one, whatever its kind, but our own emitter', () => {
  const reserving = new Senders([
    { source_id: 'marketplace' },
    { source_id: 'kyc', alone: ['Creator KYC Completed'] },
    { source_id: 'second', events: ['Creator KYC Completed'] },
    { source_id: 'tantieme', kind: 'internal' },
  ]);
  const refused = ['marketplace', 'kyc', 'second', 'tantieme', 'a source that is no longer declared'].filter(
    (source_id) => reserving.violationOf(receipt(source_id, 'Creator KYC Completed')) !== undefined,
  );
  expect(refused).toEqual(['marketplace', 'second', 'a source that is no longer declared']);
  expect(reserving.violationOf(receipt('marketplace', 'Asset Used'))).toBeUndefined();
  expect(reserving.violationOf(receipt('kyc', 'Asset Used'))).toBeUndefined();
});

test.each(['marketplace', 'tantieme', 'bank'])('an endpoint for browsers lowers the trust in %s', (source_id) => {
  const events = CATALOGUE.filter(({ name }) => !mayKindSend('browser', name));
  for (const { name } of events) expect(reasonFor(source_id, name, { is_from_browser: true })).toBeDefined();
  expect(reasonFor('marketplace', 'Sample Requested', { is_from_browser: true })).toBeUndefined();
  expect(reasonFor('tantieme', 'Payout Sent', { is_from_browser: true })).toBe(
    'The event Payout Sent may not be sent to an endpoint for browsers.',
  );
});
