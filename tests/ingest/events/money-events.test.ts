import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../ingest/events/catalogue.ts';
import { isAboutMoney } from '../../../ingest/events/money-events.ts';

test('the events about money are those that report it, and those that decide whose it is and whether it is paid', () => {
  const names = CATALOGUE.map(({ name }) => name).filter((event) => isAboutMoney({ type: 'track', event }));
  expect(names.sort()).toEqual([
    'Asset Published',
    'Asset Transferred',
    'Asset Uploaded',
    'Asset Used',
    'Asset Withdrawn',
    'Bank Entry Recorded',
    'Charge Failed',
    'Consent Granted',
    'Consent Revoked',
    'Correction Approved',
    'Correction Proposed',
    'Correction Rejected',
    'Creator KYC Completed',
    'Creator Payout Account Updated',
    'Dispute Closed',
    'Dispute Opened',
    'Dispute Reopened',
    'Dispute Reversed',
    'License Purchased',
    'License Refunded',
    'Payout Changed',
    'Payout Failed',
    'Payout Reversed',
    'Payout Sent',
    'Refund Failed',
    'Subscription Renewed',
    'Subscription Started',
    'Tax Settings Changed',
    'Tax Status Changed',
    'Usage Invoiced',
  ]);
});

test.each([
  ['a misspelt event with an amount', { type: 'track', event: 'license purchased', properties: { amount: 5 } }, true],
  ['an event with a misspelt type', { type: 'Track', event: 'License Purchased' }, true],
  ['misspelt terms', { type: 'track', event: 'asset published', properties: { terms_id: 't_1', rate: '2' } }, true],
  ['an event without a type', { properties: { units: '1' } }, true],
  ['an event without a name, of a sale', { type: 'track', properties: { sale_id: null } }, true],
  [
    'an event that only looks at something',
    { type: 'track', event: 'Page Seen', properties: { title: 'amount' } },
    false,
  ],
  ['properties that are no object', { type: 'track', event: 'Page Seen', properties: 'amount' }, false],
  ['no properties', { type: 'track', event: 'Page Seen', properties: null }, false],
  ['another type of event', { type: 'page', event: 'License Purchased', properties: { amount: 5 } }, false],
])('%s', (_, message, expected) => {
  expect(isAboutMoney(message)).toBe(expected);
});
