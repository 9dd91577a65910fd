import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { createAccountLink } from '../../jobs/payout-accounts/account-link.ts';
import { accountPage, type PayoutAccount, requireCurrentAccount } from '../../jobs/payout-accounts/accounts.ts';
import { createPayoutAccount } from '../../jobs/payout-accounts/create-account.ts';
import { chooseInstantPayouts, instantChoice } from '../../jobs/payouts/instant/choices.ts';
import { exactly } from '../../reports/exactly.ts';
import { Forbidden } from '../../warehouse/errors.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { type Caller, seesOwnOnly } from '../auth/caller.ts';
import { assertMaySee } from './may-see.ts';
import { nextCursor, parseCursor } from './pagination.ts';
import { ByPerson, CreatorId, Instant, NullableInstant, NullableText, PageQuery, pageOf } from './schemas.ts';

const AccountId = Type.String({ description: 'The connected account at Stripe.' });
const NullableFlag = Type.Unsafe<boolean | null>({ type: ['boolean', 'null'] });
const Names = (description: string) => Type.Array(Type.String(), { description });
const Url = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 2048, description }));

const Account = Type.Unsafe<PayoutAccount>(
  exactly(
    {
      creator_id: CreatorId,
      account_id_stripe: AccountId,
      country: NullableText,
      state: Type.String({
        enum: ['complete', 'incomplete', 'closed', 'unread'],
        description:
          '`complete`: it takes transfers and pays out, and nothing is due. `closed`: deleted or disconnected at Stripe. `unread`: the next pull reads it.',
      }),
      transfers_status: { ...NullableText, description: "Stripe's status of the capability to take transfers." },
      payouts_enabled: { ...NullableFlag, description: 'Whether Stripe pays out to its bank.' },
      is_submitted: { ...NullableFlag, description: "Whether the details of Stripe's onboarding were submitted." },
      currently_due: Names("What Stripe requires now, by Stripe's names."),
      past_due: Names('What was not given in time.'),
      pending_verification: Names('What Stripe is verifying.'),
      requirements_due_at: { ...NullableInstant, description: 'When Stripe restricts the account without that.' },
      disabled_reason: NullableText,
      disabled_because: { ...NullableText, description: 'The reason in words.' },
      read_at: { ...NullableInstant, description: 'When it was last read from Stripe.' },
      created_by: { ...NullableText, description: 'Who created it; null if the marketplace has opened it itself.' },
      created_at: NullableInstant,
    },
    'The connected account of a creator, as last read from Stripe.',
  ),
);

const Creation = exactly(
  {
    country: Type.String({
      pattern: '^[A-Za-z]{2}$',
      examples: ['DE'],
      description: "The country of the creator's bank account, by ISO 3166-1. It cannot be changed later.",
    }),
    email: Type.Optional(
      Type.String({ minLength: 3, maxLength: 320, description: "The creator's address, to fill in Stripe's form." }),
    ),
    by: ByPerson,
  },
  'For which country the account is created.',
);

const Created = exactly(
  {
    creator_id: CreatorId,
    account_id_stripe: AccountId,
    country: Type.String(),
    created_by: Type.String(),
    created_at: Instant,
  },
  'The created account. The creator completes it through an account link.',
);

const LinkRequest = exactly(
  {
    return_url: Url('Where Stripe sends the creator afterwards. Default: `TANTIEME_ACCOUNT_RETURN_URL`.'),
    refresh_url: Url(
      'Where Stripe sends a creator whose link was used or has expired. Default: `TANTIEME_ACCOUNT_REFRESH_URL`.',
    ),
  },
  'The pages to which Stripe sends the creator.',
);

const Link = exactly(
  {
    creator_id: CreatorId,
    account_id_stripe: AccountId,
    link_type: Type.Enum(['account_onboarding', 'account_update']),
    url: Type.String({ description: 'Works once. Send the creator there at once, and neither store nor log it.' }),
    expires_at: Instant,
  },
  "An address of Stripe's page on which the creator gives what is required.",
);

const ListQuery = exactly(
  {
    incomplete: Type.Boolean({ default: false, description: 'Only accounts to which something is missing.' }),
    ...PageQuery,
  },
  'A filter for accounts.',
);

const InstantChoice = exactly(
  {
    creator_id: CreatorId,
    is_instant: Type.Boolean(),
    chosen_by: {
      ...NullableText,
      description: 'Who has chosen it last; null if nobody has, and then it is not instant.',
    },
    chosen_at: NullableInstant,
  },
  'Whether a creator is paid out to the bank at once after each payout, where Stripe offers that.',
);

const Choose = exactly(
  {
    is_instant: Type.Boolean({ description: "Without it, Stripe's schedule pays out what the account has received." }),
    by: ByPerson,
  },
  'What the creator has chosen.',
);

const CreatorPath = Type.Object({ creator_id: CreatorId });

/** The connected accounts of creators, as Stripe last said. */
export const payoutAccountRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/payout-accounts',
    {
      config: { permission: 'payouts:read' },
      schema: {
        operationId: 'listPayoutAccounts',
        tags: ['payout-accounts'],
        summary: 'The connected accounts of creators, and what Stripe requires of each',
        querystring: ListQuery,
        response: { 200: pageOf(Account) },
      },
    },
    async ({ query: { incomplete, limit, cursor } }) => {
      const after = cursor === undefined ? undefined : parseCursor(cursor, 2);
      const { accounts, hasMore } = await accountPage(services, { incomplete, after, limit });
      const keyOf = (account: PayoutAccount) => [account.creator_id, account.account_id_stripe];
      return { data: accounts, next_cursor: nextCursor(accounts, { hasMore, keyOf }) };
    },
  );

  app.get(
    '/creators/:creator_id/payout-account',
    {
      config: { permission: 'payout-accounts:read' },
      schema: {
        operationId: 'getPayoutAccount',
        tags: ['payout-accounts'],
        summary: 'The connected account that a creator is paid to',
        params: CreatorPath,
        response: { 200: Account },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      return requireCurrentAccount(services, creator_id);
    },
  );
};

/** Their opening at Stripe, and the links through which creators complete them. */
export const payoutAccountOpeningRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (
  app,
  { services },
) => {
  app.post(
    '/creators/:creator_id/payout-account',
    {
      config: { permission: 'payout-accounts:create' },
      schema: {
        operationId: 'createPayoutAccount',
        tags: ['payout-accounts'],
        summary: 'Creates the connected account of a creator at Stripe, once',
        params: CreatorPath,
        body: Creation,
        response: { 201: Created },
      },
    },
    async (request, reply) => {
      const { country, email, by } = request.body;
      const { creator_id: creatorId } = request.params;
      assertMayOpen(callerOf(request), creatorId);
      const person = requireActor(callerOf(request), by);
      const { sequence: _, ...made } = await createPayoutAccount(services, { creatorId, country, email, by: person });
      return reply.code(201).send(made);
    },
  );

  app.post(
    '/creators/:creator_id/payout-account/links',
    {
      config: { permission: 'payout-accounts:create' },
      schema: {
        operationId: 'createPayoutAccountLink',
        tags: ['payout-accounts'],
        summary: "Makes a link to Stripe's page on which a creator completes the account; it works once and expires",
        params: CreatorPath,
        body: LinkRequest,
        response: { 201: Link },
      },
    },
    async (request, reply) => {
      const { return_url: returnUrl, refresh_url: refreshUrl } = request.body;
      const { creator_id: creatorId } = request.params;
      assertMayOpen(callerOf(request), creatorId);
      return reply.code(201).send(await createAccountLink(services, { creatorId, returnUrl, refreshUrl }));
    },
  );

  app.get(
    '/creators/:creator_id/instant-payouts',
    {
      config: { permission: 'payout-accounts:read' },
      schema: {
        operationId: 'getInstantPayouts',
        tags: ['payout-accounts'],
        summary: 'Whether a creator is paid out to the bank at once after each payout',
        params: CreatorPath,
        response: { 200: InstantChoice },
      },
    },
    async (request) => {
      const { creator_id } = request.params;
      assertMaySee(callerOf(request), creator_id);
      return instantChoice(services, creator_id);
    },
  );

  app.post(
    '/creators/:creator_id/instant-payouts',
    {
      config: { permission: 'payout-accounts:create' },
      schema: {
        operationId: 'chooseInstantPayouts',
        tags: ['payout-accounts'],
        summary: 'Chooses whether a creator is paid out to the bank at once after each payout',
        description:
          'Where Stripe does not offer it, or refuses it, its schedule pays out. 400 where instant payouts are switched off, 409 for a creator without an account at Stripe.',
        params: CreatorPath,
        body: Choose,
        response: { 200: InstantChoice },
      },
    },
    async (request) => {
      const { creator_id: creatorId } = request.params;
      assertMayOpen(callerOf(request), creatorId);
      const { is_instant: isInstant, by } = request.body;
      return chooseInstantPayouts(services, { creatorId, isInstant, by: requireActor(callerOf(request), by) });
    },
  );
};

/** Whoever has a link can say to which bank Stripe pays: a creator's key, which may lie in a program, has none. */
function assertMayOpen(caller: Caller, creatorId: string): void {
  assertMaySee(caller, creatorId);
  if (seesOwnOnly(caller) && caller.kind !== 'person') {
    throw new Forbidden(
      `The payout account of ${creatorId} cannot be opened with a key of the creator; log in, and open it on its page.`,
    );
  }
}
