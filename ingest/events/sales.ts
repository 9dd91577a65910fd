import { defineEvent } from './event.ts';

const PAYMENT = [
  'sale_id',
  'asset_id',
  'developer_id',
  'amount',
  'tax_amount',
  'currency',
  'charge_id_stripe?',
  'buyer_country?',
] as const;

export const licensePurchased = defineEvent({
  name: 'License Purchased',
  version: 1,
  meaning: 'A developer paid once for a licence to an asset.',
  subject: 'developer_id',
  properties: ['license_id', ...PAYMENT],
});

export const subscriptionStarted = defineEvent({
  name: 'Subscription Started',
  version: 1,
  meaning: 'A developer subscribed to an asset and paid for the first period.',
  subject: 'developer_id',
  properties: ['subscription_id', ...PAYMENT],
});

export const subscriptionRenewed = defineEvent({
  name: 'Subscription Renewed',
  version: 1,
  meaning: 'A subscription was renewed and its next period was paid.',
  subject: 'developer_id',
  properties: ['subscription_id', ...PAYMENT],
});

export const subscriptionCancelled = defineEvent({
  name: 'Subscription Cancelled',
  version: 1,
  meaning: 'A subscription will end with the paid period; no money moves.',
  subject: 'developer_id',
  properties: ['subscription_id', 'developer_id', 'reason?'],
});

export const licenseRefunded = defineEvent({
  name: 'License Refunded',
  version: 1,
  meaning: 'A sale was refunded to the developer, in whole or in part.',
  subject: 'developer_id',
  properties: [
    'refund_id',
    'sale_id',
    'developer_id',
    'amount',
    'tax_amount',
    'currency',
    'refund_id_stripe',
    'reason?',
  ],
});

export const disputeOpened = defineEvent({
  name: 'Dispute Opened',
  version: 1,
  meaning: "The developer's bank withdrew the amount of a sale until the dispute is decided.",
  subject: 'developer_id',
  properties: [
    'dispute_id',
    'sale_id',
    'developer_id',
    'amount',
    'tax_amount',
    'currency',
    'dispute_id_stripe',
    'reason?',
  ],
});

export const disputeClosed = defineEvent({
  name: 'Dispute Closed',
  version: 1,
  meaning: 'A dispute was decided: won, and the money was returned to the platform, or lost.',
  subject: 'developer_id',
  properties: ['dispute_id', 'sale_id', 'developer_id', 'dispute_outcome'],
});

export const refundFailed = defineEvent({
  name: 'Refund Failed',
  version: 1,
  meaning: 'A refund failed at the bank after it was reported, and the money came back to the platform.',
  subject: 'developer_id',
  properties: ['refund_id', 'sale_id', 'developer_id', 'reason?'],
});

export const chargeFailed = defineEvent({
  name: 'Charge Failed',
  version: 1,
  meaning: 'The payment of a sale failed after it had succeeded, as a bank debit can, and the money was taken back.',
  subject: 'developer_id',
  properties: ['sale_id', 'developer_id', 'reason?'],
});

export const disputeReopened = defineEvent({
  name: 'Dispute Reopened',
  version: 1,
  meaning: 'The outcome of a dispute no longer stands, and the dispute is open again.',
  subject: 'developer_id',
  properties: ['dispute_id', 'sale_id', 'developer_id', 'reason?'],
});

export const disputeReversed = defineEvent({
  name: 'Dispute Reversed',
  version: 1,
  meaning: 'A dispute that was lost was won on appeal or withdrawn, and the money was returned to the platform.',
  subject: 'developer_id',
  properties: ['dispute_id', 'sale_id', 'developer_id', 'reason?'],
});
