import { expect, test } from 'vitest';
import { Loading, signUp } from './loading.ts';
import { receiptLine } from './receipts.ts';

test('An event that its sender may not send is quarantined, and lands when one sends it who may', async () => {
  await using loading = await Loading.open();
  await loading.spool.append([
    receiptLine(signUp(1), { is_from_browser: true }),
    receiptLine(signUp(2), { source_id: 'shop' }),
    receiptLine(signUp(3), { source_id: 'unknown' }),
  ]);
  const sources = [{ source_id: 'shop', kind: 'browser' as const }];
  const load = () => loading.load({ sources });
  expect(await load()).toEqual({ accepted: 3, landed: 1, duplicates: 0, quarantined: 2 });
  expect(
    await loading.rows('select source_id, is_from_browser, reason from landing.quarantined_events order by all'),
  ).toEqual([
    {
      source_id: 'marketplace',
      is_from_browser: true,
      reason: 'The event Creator Signed Up may not be sent to an endpoint for browsers.',
    },
    {
      source_id: 'shop',
      is_from_browser: false,
      reason: 'The source shop may not send the event Creator Signed Up.',
    },
  ]);
  await loading.send(signUp(1), signUp(2));
  expect(await load()).toEqual({ accepted: 2, landed: 2, duplicates: 0, quarantined: 0 });
  expect(await loading.creators()).toEqual(['cr_1', 'cr_2', 'cr_3']);
});

test('Nobody can take the id of an event that a more trusted source will send', async () => {
  await using loading = await Loading.open();
  const sources = [{ source_id: 'shop', kind: 'browser' as const }];
  const id = signUp(1).messageId;
  const taken = { type: 'page', userId: 'u', name: 'Home', messageId: id };
  await loading.spool.append([receiptLine(taken, { source_id: 'shop' })]);
  expect(await loading.load({ sources })).toMatchObject({ landed: 1 });
  await loading.send(signUp(1), signUp(1));
  expect(await loading.load({ sources })).toEqual({ accepted: 2, landed: 1, duplicates: 1, quarantined: 0 });
  await loading.send(signUp(1));
  await loading.spool.append([receiptLine({ ...taken, name: 'Other' }, { source_id: 'shop' })]);
  expect(await loading.load({ sources })).toEqual({ accepted: 2, landed: 0, duplicates: 1, quarantined: 1 });
  expect(await loading.creators()).toEqual(['cr_1']);
});
