import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { stripeClient } from './client.ts';
import { type LocalStripe, startStripe } from './local-stripe.ts';
import { LINK_PAGES, NEW_ACCOUNT } from './new-account.ts';
import { createSmallAccount, manualClock } from './small-account.ts';
import { nestedMembers, stripeSchema } from './typings.ts';
import { eventAbout } from './webhooks.ts';

/** The declaration of each kind, by the path under which it is listed or retrieved. */
const LISTS = {
  '/v1/accounts': 'Account',
  '/v1/accounts/acct_ada/external_accounts': 'BankAccount',
  '/v1/balance_transactions': 'BalanceTransaction',
  '/v1/balance_transactions?expand[]=data.source': 'BalanceTransaction',
  '/v1/charges': 'Charge',
  '/v1/refunds': 'Refund',
  '/v1/disputes': 'Dispute',
  '/v1/transfers': 'Transfer',
  '/v1/payouts': 'Payout',
  '/v1/topups': 'Topup',
} as const;
const IN_ACCOUNT = {
  '/v1/payouts': 'Payout',
  '/v1/balance_transactions': 'BalanceTransaction',
  '/v1/balance_transactions?expand[]=data.source': 'BalanceTransaction',
} as const;
const EVENTS = { 'payout.failed': 'PayoutFailedEvent', 'topup.succeeded': 'TopupSucceededEvent' } as const;
const BESIDE = [
  'Balance',
  'TransferReversal',
  'ApplicationFee',
  'FeeRefund',
  'ReserveTransaction',
  'ConnectCollectionTransfer',
  'AccountLink',
];

interface List {
  readonly data: readonly { readonly id: string }[];
}

interface Answered {
  readonly path: string;
  readonly declaration: string;
  readonly body: unknown;
}

let world: LocalStripe;
let answers: readonly Answered[];
let ajv: Ajv;
beforeAll(async () => {
  const clock = manualClock();
  world = await startStripe({ clock, apiKey: 'sk_test_local' });
  createSmallAccount(world, clock);
  await everyKind(world, clock.now());
  answers = await everyAnswer(world);
  answers = [...answers, ...eventsAbout(answers, clock.now()), await answeredLink(world)];
  const interfaces = [...new Set([...Object.values(LISTS), ...Object.values(EVENTS), ...BESIDE])];
  ajv = new Ajv({ allErrors: true });
  ajv.addSchema(stripeSchema({ interfaces, nested: nestedMembers(answers) }));
});
afterAll(() => world.stop());

/** At least one object of each kind, in each of its states. */
async function everyKind(stripe: LocalStripe, at_ms: number): Promise<void> {
  const created_at_ms = at_ms;
  const money = { currency: 'usd', created_at_ms };
  const account = 'acct_ada';
  stripe.externalAccount({ id: 'ba_1', account, ...money });
  stripe.charge({ id: 'ch_part', amount_minor: 50_00, state: 'uncaptured', ...money });
  stripe.captureCharge({ id: 'ch_part', amount_minor: 20_00, at_ms, source: 'refund' });
  stripe.charge({ id: 'ch_gone', amount_minor: 50_00, state: 'uncaptured', ...money });
  stripe.expireCharge({ id: 'ch_gone', at_ms, refund_id: 're_gone' });
  stripe.charge({ id: 'ch_declined', amount_minor: 50_00, state: 'failed', ...money });
  stripe.charge({ id: 'py_1', amount_minor: 30_00, state: 'pending', tax_minor: 5, ...money });
  stripe.failCharge({ id: 'py_1', at_ms, source: 'refund' });
  stripe.charge({
    id: 'ch_sent',
    amount_minor: 9_00,
    destination: { account, amount_minor: 3_00, fee_minor: 1_00 },
    ...money,
  });
  stripe.refund({
    id: 're_sent',
    charge: 'ch_sent',
    amount_minor: 3_00,
    created_at_ms,
    reverse_transfer: true,
    refund_application_fee: true,
  });
  stripe.externalAccount({ id: 'ba_instant', account, currency: 'usd', created_at_ms, takes_instant: true });
  stripe.charge({ id: 'py_2', amount_minor: 1_00, source_account: account, ...money });
  stripe.charge({ id: 'ch_eur', amount_minor: 9_00, ...money, currency: 'eur', settled: usd(10_00) });
  for (const id of ['re_failed', 're_canceled'])
    stripe.refund({ id, charge: 'ch_1', amount_minor: 1_00, created_at_ms });
  stripe.failRefund({ id: 're_failed', at_ms });
  stripe.cancelRefund({ id: 're_canceled', at_ms });
  const waits = { charge: 'ch_1', amount_minor: 1_00, created_at_ms, pending_reason: 'insufficient_funds' } as const;
  stripe.refund({ id: 're_waiting', ...waits });
  const claim = { charge: 'ch_1', amount_minor: 1_00, created_at_ms };
  stripe.dispute({ id: 'dp_1', ...claim, status: 'needs_response' });
  stripe.closeDispute({ id: 'dp_1', won: true, at_ms });
  stripe.dispute({ id: 'dp_2', ...claim, status: 'prevented' });
  stripe.payout({ id: 'po_1', amount_minor: 1_00, automatic: true, ...money });
  stripe.endPayout({ id: 'po_1', status: 'canceled', at_ms });
  stripe.topup({ id: 'tu_1', amount_minor: 1_00, initiated_by: 'stripe', ...money });
  stripe.connectReserve({ id: 'rtx_1', amount_minor: 2_00, ...money });
  stripe.collectFromReserve({ id: 'connct_1', account, amount_minor: 1_00, release: 'rtx_2', ...money });
  const row = { ...money, amount_minor: -5 };
  stripe.movement({ id: 'txn_fee', ...row, reporting_category: 'fee', type: 'stripe_fee' });
  for (const balance_type of ['issuing', 'refund_and_dispute_prefunding', 'risk_reserved'] as const) {
    stripe.movement({ id: balance_type, ...row, balance_type, reporting_category: 'other', type: 'adjustment' });
  }
  await stripeClient(stripe).accounts.create({
    ...NEW_ACCOUNT,
    email: 'cy@example.com',
    metadata: { creator_id: 'cr_cy' },
  });
  const transfers = stripeClient(stripe).transfers;
  const { id } = await transfers.create({
    amount: 5_00,
    currency: 'usd',
    destination: account,
    source_transaction: 'ch_1',
  });
  await transfers.createReversal(id, { amount: 1_00 });
  stripe.payout({ id: 'po_ada', amount_minor: 1_00, automatic: true, account, ...money });
  stripe.endPayout({ id: 'po_ada', status: 'failed', account, at_ms });
}

function usd(amount_minor: number) {
  return { currency: 'usd', amount_minor };
}

/** The only kind of answer that no list has. */
async function answeredLink(stripe: LocalStripe): Promise<Answered> {
  const { id } = await stripeClient(stripe).accounts.create(NEW_ACCOUNT);
  const type = 'account_onboarding';
  const body = await stripeClient(stripe).accountLinks.create({ account: id, type, ...LINK_PAGES });
  return { path: '/v1/account_links', declaration: 'AccountLink', body };
}

/** Every object of each list, and the balances. */
async function everyAnswer({ url, apiKey }: LocalStripe): Promise<Answered[]> {
  const get = async (path: string, account: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${apiKey}`, ...(account !== '' && { 'stripe-account': account }) };
    return (await fetch(`${url}${path}`, { headers })).json();
  };
  const found: Answered[] = [];
  for (const [account, lists] of [['', LISTS] as const, ['acct_ada', IN_ACCOUNT] as const]) {
    for (const [path, declaration] of Object.entries(lists)) {
      const { data } = (await get(`${path}${path.includes('?') ? '&' : '?'}limit=100`, account)) as List;
      for (const body of data) found.push({ path: `${path} ${body.id} ${account}`, declaration, body });
    }
    const body = await get('/v1/balance', account);
    found.push({ path: `/v1/balance ${account}`, declaration: 'Balance', body });
  }
  return found;
}

/** Webhook events with some of the objects, as if they had happened inside an account. */
function eventsAbout(objects: readonly Answered[], created_at_ms: number): Answered[] {
  return Object.entries(EVENTS).map(([type, declaration]) => {
    const about = objects.find((answer) => declaration.startsWith(answer.declaration));
    const object = requirePresent(about, type).body as Record<string, unknown>;
    return { path: type, declaration, body: eventAbout(type, object, { created_at_ms, account: 'acct_ada' }) };
  });
}

function errorsOf({ path, declaration, body }: Answered): string[] {
  const isValid = requirePresent(ajv.getSchema(`stripe#/$defs/${declaration}`), declaration);
  return isValid(body) ? [] : [`${path}: ${ajv.errorsText(isValid.errors)}`];
}

test('every answer has the members that the client declares, and no other', () => {
  expect(answers.flatMap(errorsOf)).toEqual([]);
  const kinds = new Set(answers.map(({ declaration }) => declaration));
  expect([...kinds].sort()).toEqual(
    [...new Set([...Object.values(LISTS), ...Object.values(EVENTS), 'Balance', 'AccountLink'])].sort(),
  );
});

test.each([
  ['a missing member', { paid: undefined }, "must have required property 'paid'"],
  ['another member', { profit: 1 }, 'must NOT have additional properties'],
  ['a fraction', { amount: 0.5 }, 'must be integer'],
  ['an unknown value', { status: 'half_done' }, 'must be equal to constant'],
  [
    'a member that is broken further inside',
    { billing_details: {} },
    "billing_details must have required property 'name'",
  ],
])('%s would be found', (_what, change, message) => {
  const charge = requirePresent(
    answers.find(({ declaration }) => declaration === 'Charge'),
    'There are charges.',
  );
  const body = JSON.parse(JSON.stringify({ ...(charge.body as object), ...change }));
  expect(errorsOf({ ...charge, body })).toEqual([expect.stringContaining(message)]);
});
