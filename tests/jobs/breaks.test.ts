import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { acknowledgeBreaks, assignBreak } from '../../jobs/break-decisions.ts';
import { recordBreaks, requireBreak } from '../../jobs/break-history.ts';
import { breaksOf, holdsOf } from '../../jobs/breaks.ts';
import { reconciliationOf } from '../../jobs/reconcile-stripe.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { bookSale, breakRow, coverJanuary, setBreaks } from './breaks-of.ts';
import { openTestServices, type TestServices } from './test-services.ts';

const JANUARY = parsePeriod('2026-01');
const DAY_MS = 24 * 60 * 60 * 1000;
const SENTENCE = 'The buyer was charged a cent less by agreement.';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
  await bookSale(harness.services, { id: 'sale_1', charge: 'ch_1', creators: ['cr_ada', 'cr_ben'] });
});
afterAll(() => harness[Symbol.asyncDispose]());
beforeEach(async () => {
  harness.setTime('2026-02-02T04:00:00.000Z');
  await coverJanuary(harness.services);
  for (const table of ['breaks_seen', 'break_history', 'break_acknowledgements'] as const) {
    await harness.services.operational.deleteFrom(table).execute();
  }
});

const set = (...rows: Parameters<typeof breakRow>[0][]) => setBreaks(harness.services, ...rows.map(breakRow));
const record = () => recordBreaks(harness.services, { period: JANUARY, by: 'schedule' });
const dossier = (breakId: string) => requireBreak(harness.services, { period: JANUARY, breakId });
const changes = async (breakId: string) =>
  (await dossier(breakId)).history.map(({ change, changed_at, stripe_minor }) => [
    change,
    changed_at.slice(0, 10),
    stripe_minor,
  ]);
const accept = (...breakIds: string[]) =>
  acknowledgeBreaks(harness.services, { period: JANUARY, breakIds, sentence: SENTENCE, by: 'Ada' });
const states = async () =>
  (await breaksOf(harness.services, JANUARY)).map(({ break_id, break_state }) => [break_id, break_state]);
const verdict = async (days = 0) => {
  const { verdict, reason } = await reconciliationOf({ ...harness.services, breakGraceMs: days * DAY_MS }, JANUARY);
  return [verdict, reason];
};

test('a break says what happened, whose money it is and what to do', async () => {
  await set({}, { flow_id: 'ch_9', ledger_minor: null, break_class: 'missing_in_ledger' });
  await record();
  harness.setTime('2026-02-04T03:00:00.000Z');
  expect(await breaksOf(harness.services, JANUARY)).toMatchObject([
    {
      break_id: 'charge:ch_1',
      priority: 'high',
      what_happened: 'The charge ch_1 is 10.00 USD in our books and 9.99 USD at Stripe: 0.01 USD more in our books.',
      whose_money: 'It was earned, in part, by cr_ada and cr_ben. Until it is gone or acknowledged, they are not paid.',
      creators: ['cr_ada', 'cr_ben'],
      cure: 'Void what was reported with the wrong amount and report it again under a new id with the right one.',
      age_days: 19,
      first_seen_at: '2026-02-02T04:00:00.000Z',
      owner: null,
    },
    {
      break_id: 'charge:ch_9',
      what_happened: 'Stripe has the charge ch_9 of 9.99 USD on 15 January 2026; our books do not have it.',
      whose_money: 'Not known: no sale in our books names this charge.',
      creators: [],
    },
  ]);
});

test('the history of a break has when it was found, changed, cleared and found again; a repeated comparison adds nothing', async () => {
  await set({}, { flow_id: 'ch_2' });
  await record();
  await record();
  harness.setTime('2026-02-03T04:00:00.000Z');
  await set({ stripe_minor: 9_98n }, { flow_id: 'ch_2' });
  await record();
  harness.setTime('2026-02-04T04:00:00.000Z');
  await set({ flow_id: 'ch_2' });
  await record();
  await record();
  expect(await dossier('charge:ch_1')).toMatchObject({
    found: null,
    first_seen_at: '2026-02-02T04:00:00.000Z',
    last_seen_at: '2026-02-03T04:00:00.000Z',
    cleared_at: '2026-02-04T04:00:00.000Z',
  });
  harness.setTime('2026-02-05T04:00:00.000Z');
  await set({ stripe_minor: 9_98n }, { flow_id: 'ch_2' });
  await record();
  expect(await changes('charge:ch_1')).toEqual([
    ['found', '2026-02-02', 9_99n],
    ['changed', '2026-02-03', 9_98n],
    ['cleared', '2026-02-04', 9_98n],
    ['found_again', '2026-02-05', 9_98n],
  ]);
  expect(await dossier('charge:ch_1')).toMatchObject({ cleared_at: null, first_seen_at: '2026-02-02T04:00:00.000Z' });
  expect(await changes('charge:ch_2')).toEqual([['found', '2026-02-02', 9_99n]]);
  await expect(dossier('charge:none')).rejects.toThrow(
    new NotFound('2026-01 has no break "charge:none"; for all of them, run "tantieme breaks list 2026-01".'),
  );
});

describe('an acknowledgement', () => {
  test('covers one break as it was, and not when its class or an amount changes', async () => {
    await set({}, { flow_id: 'ch_2' });
    await record();
    expect(await accept('charge:ch_1')).toMatchObject({
      acknowledged: [
        {
          break_state: 'acknowledged',
          acknowledgement: {
            sentence: SENTENCE,
            acknowledged_by: 'Ada',
            acknowledged_at: '2026-02-02T04:00:00.000Z',
            stripe_minor: 9_99n,
          },
        },
      ],
      unchanged: 0,
    });
    expect(await accept('charge:ch_1')).toEqual({ acknowledged: [], unchanged: 1 });
    expect(await states()).toEqual([
      ['charge:ch_1', 'acknowledged'],
      ['charge:ch_2', 'open'],
    ]);
    for (const change of [{ stripe_minor: 9_98n }, { fee_minor: 31n }, { break_class: 'duplicate' }]) {
      await set(change);
      expect(await states()).toEqual([['charge:ch_1', 'open']]);
      expect((await breaksOf(harness.services, JANUARY))[0]?.acknowledgement).toMatchObject({ sentence: SENTENCE });
    }
    await set({ description_stripe: 'More words.' });
    expect(await states()).toEqual([['charge:ch_1', 'acknowledged']]);
  });

  test('is refused without a sentence, and for a break that is not there; then none is acknowledged', async () => {
    await set({});
    await record();
    const request = { period: JANUARY, breakIds: ['charge:ch_1'], by: 'Ada' };
    await expect(acknowledgeBreaks(harness.services, { ...request, sentence: ' \n' })).rejects.toThrow(Rejected);
    await expect(accept('charge:ch_1', 'charge:none')).rejects.toThrow(NotFound);
    expect(await states()).toEqual([['charge:ch_1', 'open']]);
  });

  test('is refused for a break that no complete comparison has found, or that it no longer found', async () => {
    const refused =
      /^The break "charge:ch_1" cannot be decided about: no complete comparison of 2026-01 has found it; run /;
    const owner = { period: JANUARY, breakId: 'charge:ch_1', owner: 'Ben', by: 'Ada' };
    await set({});
    await expect(accept('charge:ch_1')).rejects.toThrow(refused);
    await expect(assignBreak(harness.services, owner)).rejects.toThrow(refused);
    await record();
    await set();
    await record();
    await set({});
    await expect(accept('charge:ch_1')).rejects.toThrow(refused);
  });

  test('covers what was seen: as it was recorded, or as of the digest that is given', async () => {
    await set({});
    await record();
    await set({ stripe_minor: 9_98n });
    await expect(accept('charge:ch_1')).rejects.toThrow(
      /^The break "charge:ch_1" cannot be acknowledged: it has changed/,
    );
    const state_digest = (await breaksOf(harness.services, JANUARY))[0]?.state_digest ?? '';
    const asOf = (stateDigest: string, ...breakIds: string[]) =>
      acknowledgeBreaks(harness.services, { period: JANUARY, breakIds, stateDigest, sentence: SENTENCE, by: 'Ada' });
    await expect(asOf('0'.repeat(12), 'charge:ch_1')).rejects.toThrow(Conflict);
    await expect(asOf(state_digest, 'charge:ch_1', 'charge:ch_2')).rejects.toThrow(Rejected);
    await asOf(state_digest.slice(0, 12), 'charge:ch_1');
    expect(await states()).toEqual([['charge:ch_1', 'acknowledged']]);
  });

  test('does not cover a break that was gone and has come back', async () => {
    await set({});
    await record();
    await accept('charge:ch_1');
    harness.setTime('2026-02-03T04:00:00.000Z');
    await set();
    await record();
    harness.setTime('2026-02-04T04:00:00.000Z');
    await set({});
    await record();
    expect(await states()).toEqual([['charge:ch_1', 'open']]);
    expect((await holdsOf(harness.services, JANUARY)).size).toBe(2);
    expect(await accept('charge:ch_1')).toMatchObject({ unchanged: 0 });
    expect(await states()).toEqual([['charge:ch_1', 'acknowledged']]);
  });
});

test('a break is given to a person, who keeps it while it changes', async () => {
  await set({});
  await record();
  const assign = (owner: string) =>
    assignBreak(harness.services, { period: JANUARY, breakId: 'charge:ch_1', owner, by: 'Ada' });
  expect(await assign(' Ben ')).toMatchObject({ owner: 'Ben' });
  await assign('Ben');
  await set({ stripe_minor: 9_98n });
  await record();
  expect(await dossier('charge:ch_1')).toMatchObject({
    owner: 'Ben',
    history: [
      { change: 'found', owner: null, changed_by: 'schedule' },
      { change: 'assigned', owner: 'Ben', changed_by: 'Ada' },
      { change: 'changed', owner: 'Ben', changed_by: 'schedule' },
    ],
  });
  await expect(assign(' ')).rejects.toThrow(Rejected);
});

describe('the verdict', () => {
  test('is breaks for what is open, warnings for what is acknowledged, and reconciled without a break', async () => {
    await set({}, { flow_id: 'ch_2' });
    await record();
    expect(await verdict()).toEqual(['breaks', '2 breaks between our books and Stripe are open.']);
    await accept('charge:ch_1');
    expect(await verdict()).toEqual([
      'breaks',
      '1 break between our books and Stripe is open. 1 break is acknowledged.',
    ]);
    await accept('charge:ch_2');
    expect(await verdict()).toEqual(['warnings', '2 breaks are acknowledged.']);
    await set();
    expect((await verdict())[0]).toBe('reconciled');
  });

  test('is warnings while what Stripe has is young enough for its event to be late; what Stripe lacks has no grace', async () => {
    await coverJanuary(harness.services, '2026-01-18T11:00:00.000Z');
    harness.setTime('2026-01-18T11:59:59.999Z');
    await set({ break_class: 'missing_in_ledger', ledger_minor: null });
    expect(await verdict(3)).toEqual([
      'warnings',
      'So far, up to 2026-01-18T11:00:00.000Z: 1 movement at Stripe is younger than 3 days, so its event may still come.',
    ]);
    harness.setTime('2026-01-18T12:00:00.000Z');
    expect((await verdict(3))[0]).toBe('breaks');
    await coverJanuary(harness.services, '2026-01-15T12:00:01.000Z');
    harness.setTime('2026-01-15T12:00:01.000Z');
    expect((await verdict(0))[0]).toBe('breaks');
    await set({ break_class: 'wrong_destination' });
    expect((await verdict(3))[0]).toBe('breaks');
    await set({ break_class: 'missing_in_stripe', created_at: null });
    expect((await verdict(3))[0]).toBe('breaks');
  });

  test('of a month that goes on is up to the last pull; what our books have since then is not compared yet', async () => {
    harness.setTime('2026-01-15T12:45:00.000Z');
    await set({ break_class: 'missing_in_stripe', stripe_minor: null, created_at: null });
    await coverJanuary(harness.services, '2026-01-15T11:07:00.000Z');
    await record();
    expect(await verdict()).toEqual([
      'reconciled',
      'So far, up to 2026-01-15T11:07:00.000Z: Every movement in our books is at Stripe with the same amount, and Stripe has no others. 1 movement in our books is later and will be compared after the next pull.',
    ]);
    expect(await states()).toEqual([['charge:ch_1', 'in_grace']]);
    await expect(dossier('charge:ch_1')).resolves.toMatchObject({ first_seen_at: null });
    expect((await holdsOf(harness.services, JANUARY)).size).toBe(0);
    await coverJanuary(harness.services, '2026-01-15T12:07:00.000Z');
    await record();
    expect((await verdict())[0]).toBe('breaks');
    expect((await holdsOf(harness.services, JANUARY)).size).toBe(2);
    harness.setTime('2026-01-16T14:07:00.001Z');
    expect((await verdict())[0]).toBe('incomplete');
  });
});

describe('holds', () => {
  const holders = async (period = '2026-01') => [...(await holdsOf(harness.services, parsePeriod(period))).keys()];

  test('are of the creators whose money a break of high priority is about that a complete comparison has found, until it is acknowledged', async () => {
    await set({}, { flow_id: 'ch_other' });
    expect(await holders()).toEqual([]);
    await record();
    const holds = await holdsOf(harness.services, JANUARY);
    expect([...holds.keys()]).toEqual(['cr_ada', 'cr_ben']);
    expect(holds.get('cr_ada')).toMatchObject([{ period: '2026-01', break_id: 'charge:ch_1' }]);
    expect(await holders('2026-02')).toEqual(['cr_ada', 'cr_ben']);
    expect(await holders('2025-12')).toEqual([]);
    await accept('charge:ch_1');
    expect(await holders()).toEqual([]);
    await set({ stripe_minor: 1n });
    expect(await holders()).toEqual(['cr_ada', 'cr_ben']);
    await set();
    await record();
    await set({ stripe_minor: 1n });
    expect(await holders()).toEqual([]);
  });

  test('are of nobody for a break of lower priority, and for one that is about nobody in particular', async () => {
    await set(
      { break_class: 'sign_differs' },
      { break_class: 'balance_differs', flow_id: 'payments', flow_kind: 'other', cash_movement: 'other' },
    );
    await record();
    expect(await holders()).toEqual([]);
  });
});
