import { describe, expect, test } from 'vitest';
import { assetPublished, assetUploaded } from '../../../ingest/events/assets.ts';
import { licensePurchased } from '../../../ingest/events/sales.ts';
import { timeViolation, violationOf } from '../../../ingest/events/violations.ts';
import { catalogueEvent, type Message } from '../load/receipts.ts';

const AT = '2026-01-10T12:00:00.000Z';
const purchase = catalogueEvent(licensePurchased, AT, {
  license_id: 'lic_1',
  sale_id: 'sale_1',
  asset_id: 'asset_1',
  developer_id: 'dev_1',
  amount: '12.50',
  tax_amount: '0',
  currency: 'USD',
  charge_id_stripe: 'ch_1',
  buyer_country: 'DE',
});
const publishing = (splits: readonly { creator_id: string; share_bps: number }[]): Message =>
  catalogueEvent(assetPublished, AT, {
    asset_id: 'asset_1',
    creator_id: 'cr_ada',
    terms_id: 'terms_1',
    license_type: 'one_time',
    rate: '12.50',
    currency: 'USD',
    splits,
  });
const upload = catalogueEvent(assetUploaded, AT, {
  asset_id: 'asset_1',
  creator_id: 'cr_ada',
  asset_title: 'Tides',
  media_type: 'text',
  asset_digest: `sha256:${'0'.repeat(64)}`,
});
const NO_DECIMAL =
  'amount is not a decimal such as "49.00": at most 18 digits before the point and nine after it, no sign, no exponent, no spaces and no commas.';
const properties = purchase.properties as Message;
const bought = (change: Message): Message => ({ ...purchase, properties: { ...properties, ...change } });
const without = (name: string): Message => {
  const { [name]: _, ...others } = properties;
  return { ...purchase, properties: others };
};

const free = (amount: string, tax_amount: string): Message => {
  const { charge_id_stripe: _, ...others } = properties;
  return { ...others, amount, tax_amount };
};

describe('an event', () => {
  test('that is valid has no violation, with and without optional properties', () => {
    expect(violationOf(purchase)).toBeUndefined();
    expect(violationOf(without('buyer_country'))).toBeUndefined();
    expect(violationOf({ ...purchase, integrations: { All: true, BQ: true } })).toBeUndefined();
    expect(violationOf(publishing([{ creator_id: 'cr_ada', share_bps: 10_000 }]))).toBeUndefined();
  });

  test.each(['py_1Qabc', 'du_1', '2024-01-05', '4711', '1e5', 'ch 1/ü…', '💶'.repeat(255)])(
    'may name a charge %s: the form of another system’s id is its own',
    (charge_id_stripe) => expect(violationOf(bought({ charge_id_stripe }))).toBeUndefined(),
  );

  test.each([
    ['0', '0'],
    ['0.00', '0.000'],
  ])('of %s and %s tax needs no charge', (amount, tax_amount) => {
    expect(violationOf({ ...purchase, properties: free(amount, tax_amount) })).toBeUndefined();
    expect(violationOf(bought({ amount, tax_amount }))).toBeUndefined();
  });

  test.each([
    ['12.50', '0'],
    ['0', '0.01'],
    ['0.000000001', '0'],
  ])('of %s and %s tax needs a charge', (amount, tax_amount) =>
    expect(violationOf({ ...purchase, properties: free(amount, tax_amount) })).toEqual({
      violation: 'Required-Missing',
      path: '/properties',
      reason: 'The property charge_id_stripe is missing: only what costs nothing, tax included, has no charge.',
    }),
  );

  test.each<[string, Message, object]>([
    [
      'an id of another system is empty',
      bought({ charge_id_stripe: '' }),
      { violation: 'Unknown-Violation', reason: 'charge_id_stripe is empty.' },
    ],
    [
      'an id of another system has 256 characters',
      bought({ charge_id_stripe: 'c'.repeat(256) }),
      { violation: 'Unknown-Violation', reason: 'charge_id_stripe has more than 255 characters.' },
    ],
    [
      'a title has a NUL character',
      { ...upload, properties: { ...(upload.properties as Message), asset_title: 'a\0' } },
      { violation: 'Unknown-Violation', reason: 'asset_title has a NUL character.' },
    ],
    [
      'its own id has a NUL character',
      { ...purchase, messageId: 'm\0' },
      { violation: 'Unknown-Violation', path: '/messageId', reason: 'The messageId has a NUL character.' },
    ],
    [
      'an id of another system has a NUL character',
      bought({ charge_id_stripe: 'py_\0' }),
      { violation: 'Unknown-Violation', reason: 'charge_id_stripe has a NUL character.' },
    ],
    [
      'a property is missing',
      without('currency'),
      { violation: 'Required-Missing', path: '/properties', reason: 'The property currency is missing.' },
    ],
    [
      'there are no properties',
      { ...purchase, properties: undefined },
      { violation: 'Required-Missing', reason: 'The property event_version is missing.' },
    ],
    [
      'a property is not declared',
      bought({ discount: '1' }),
      {
        violation: 'Additional-Properties',
        path: '/properties',
        reason: 'The property discount is not in the catalogue.',
      },
    ],
    ...['31/01/2026', 1769817600, '1769817600', '2026-01-32', '2026-02-29T00:00:00Z', 'soon', ''].map(
      (timestamp): [string, Message, object] => [
        `the time is ${JSON.stringify(timestamp)}`,
        { ...purchase, timestamp },
        {
          violation: 'Datatype-Mismatch',
          path: '/timestamp',
          reason: 'The timestamp is not a time such as 2026-01-31T12:00:00.000Z.',
        },
      ],
    ),
    [
      'there is no time, and that of the client cannot be read',
      { ...purchase, timestamp: null, originalTimestamp: '10.01.2026' },
      { violation: 'Datatype-Mismatch', path: '/originalTimestamp' },
    ],
    [
      'an amount is a number',
      bought({ amount: 12.5 }),
      { violation: 'Datatype-Mismatch', path: '/properties/amount', reason: 'amount is not a text such as "49.00".' },
    ],
    [
      'an amount is negative',
      bought({ amount: '-12.50' }),
      { violation: 'Unknown-Violation', path: '/properties/amount' },
    ],
    ...[
      '0.0000000001',
      '1e3',
      '1,000.00',
      '+5',
      '5.',
      '.5',
      ' 5',
      '5 ',
      '5\n',
      '05',
      '0x10',
      '٥',
      '−5',
      '9'.repeat(19),
    ].map((amount): [string, Message, object] => [
      `an amount is written ${JSON.stringify(amount)}`,
      bought({ amount }),
      { violation: 'Unknown-Violation', reason: NO_DECIMAL },
    ]),
    [
      'a currency is in small letters',
      bought({ currency: 'usd' }),
      {
        violation: 'Unknown-Violation',
        reason: 'currency is not one of the 166 allowed values such as "USD": capitals and spaces count.',
      },
    ],
    [
      'an id has the prefix of another kind',
      bought({ asset_id: 'cr_1' }),
      {
        violation: 'Unknown-Violation',
        reason: 'asset_id is not written like "asset_1": it must match ^asset_[A-Za-z0-9_-]{1,80}$.',
      },
    ],
    ['a value is null', bought({ sale_id: null }), { violation: 'Datatype-Mismatch' }],
    [
      'the version is a different one',
      bought({ event_version: 2 }),
      { violation: 'Unknown-Violation', path: '/properties/event_version', reason: 'event_version is not 1.' },
    ],
    [
      'the properties are a list',
      { ...purchase, properties: [] },
      { violation: 'Datatype-Mismatch', path: '/properties', reason: 'properties is not an object.' },
    ],
    [
      'the splits do not sum to 10000',
      publishing([{ creator_id: 'cr_ada', share_bps: 9999 }]),
      {
        violation: 'Unknown-Violation',
        path: '/properties/splits',
        reason: 'The shares of the splits sum to 9999 instead of 10000 basis points.',
      },
    ],
    [
      'a split is a fraction',
      publishing([
        { creator_id: 'cr_ada', share_bps: 9999.5 },
        { creator_id: 'cr_ben', share_bps: 0.5 },
      ]),
      { violation: 'Datatype-Mismatch', path: '/properties/splits/0/share_bps' },
    ],
    [
      'a holder has an id of another kind',
      publishing([{ creator_id: 'dev_1', share_bps: 10_000 }]),
      {
        violation: 'Unknown-Violation',
        path: '/properties/splits/0/creator_id',
        reason: 'splits/0/creator_id is not written like "cr_1": it must match ^cr_[A-Za-z0-9_-]{1,80}$.',
      },
    ],
    ['there is no holder', publishing([]), { violation: 'Unknown-Violation', path: '/properties/splits' }],
    [
      'its name is unknown',
      { ...purchase, event: 'License Gifted' },
      { violation: 'Unplanned-Event', path: '/event', reason: 'The event "License Gifted" is not in the catalogue.' },
    ],
    ['its name has another case', { ...purchase, event: 'license purchased' }, { violation: 'Unplanned-Event' }],
    ['its name is that of an object member', { ...purchase, event: 'constructor' }, { violation: 'Unplanned-Event' }],
    [
      'it has no name',
      { ...purchase, event: undefined },
      { violation: 'Unplanned-Event', reason: 'The event (none) is not in the catalogue.' },
    ],
    ['its name is a number', { ...purchase, event: 5 }, { violation: 'Unplanned-Event' }],
    [
      'its type is unknown',
      { ...purchase, type: 'buy' },
      { violation: 'Unknown-Violation', path: '/type', reason: 'The type "buy" is not supported.' },
    ],
    [
      'its id is not text',
      { ...purchase, messageId: { id: 1 } },
      { violation: 'Datatype-Mismatch', path: '/messageId' },
    ],
    [
      'it has no type',
      { ...purchase, type: undefined },
      { violation: 'Unknown-Violation', reason: 'The type is missing.' },
    ],
    [
      'userProperties would replace its amount',
      { ...purchase, userProperties: { amount: '9999' } },
      { violation: 'Additional-Properties', path: '/userProperties' },
    ],
    [
      'its own options would send it to another table',
      { ...purchase, integrations: { BQ: { options: { useBlendoCasing: true } } } },
      { violation: 'Additional-Properties', path: '/integrations/BQ/options' },
    ],
    [
      'its own options would make JSON of its amount',
      { ...purchase, integrations: { DATA_WAREHOUSE: { options: { jsonPaths: ['amount'] } } } },
      { violation: 'Additional-Properties', path: '/integrations/DATA_WAREHOUSE/options' },
    ],
  ])('has a violation if %s', (_, message, violation) => expect(violationOf(message)).toMatchObject(violation));

  test.each(['identify', 'page', 'screen', 'group', 'alias'])('of the type %s is not checked', (type) => {
    expect(violationOf({ type, messageId: 'm_1', userId: 'dev_1', traits: { anything: [1, 2] } })).toBeUndefined();
  });
});

describe('the time of an event', () => {
  const receivedAt = '2026-02-01T12:00:00.000Z';

  test.each(['2020-01-01T00:00:00.000Z', '2025-12-24T18:00:00.000Z', receivedAt, '2026-02-02T12:00:00.000Z'])(
    '%s is plausible',
    (timestamp) => expect(timeViolation({ timestamp, receivedAt })).toBeUndefined(),
  );

  test.each([
    ['2019-12-31T23:59:59.999Z', 'before 2020-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00.000Z', 'before 2020-01-01T00:00:00.000Z'],
    ['2026-02-02T12:00:00.001Z', 'more than a day after the receipt'],
    ['2062-02-01T00:00:00.000Z', 'more than a day after the receipt'],
  ])('%s is not, with a reason that groups all such events', (timestamp, what) =>
    expect(timeViolation({ timestamp, receivedAt })).toEqual({
      violation: 'Unknown-Violation',
      path: '/timestamp',
      reason: `The timestamp is ${what}.`,
    }),
  );
});
