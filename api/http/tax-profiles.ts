import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { setBackupWithholding } from '../../jobs/tax/backup-withholding.ts';
import { eraseProfiles } from '../../jobs/tax/erase-profiles.ts';
import { requireReason } from '../../jobs/tax/reason.ts';
import { recordProfile } from '../../jobs/tax/record-profile.ts';
import { creatorsWithoutForm, listProfiles, requireHistory, showProfiles } from '../../jobs/tax/tax-profiles.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { assertMaySee } from './may-see.ts';
import { nextCursor, parseCursor } from './pagination.ts';
import { CreatorId, pageOf } from './schemas.ts';
import {
  Because,
  Erased,
  GivenProfile,
  History,
  Listed,
  ListQuery,
  MissingQuery,
  Recorded,
  Shown,
  Withholding,
  WithholdingRequest,
} from './tax-schemas.ts';

const CreatorPath = Type.Object({ creator_id: CreatorId });
const tags = ['tax'];

/** The tax profiles of creators: given, shown with masks, revealed for a reason, listed, erased. */
export const taxProfileRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.post(
    '/tax/profiles/:creator_id',
    {
      config: { permission: 'tax-profiles:set' },
      schema: {
        operationId: 'setTaxProfile',
        tags,
        summary: 'Records a new version of a tax form of a creator, which is in force from now on',
        params: CreatorPath,
        body: GivenProfile,
        response: { 201: Recorded },
      },
      // The profile is checked as a whole, so that all of its faults are reported at once.
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const { creator_id: creatorId } = request.params;
      assertMaySee(callerOf(request), creatorId);
      const { by, ...profile } = { ...(request.body as object) } as { by?: unknown };
      const person = requireActor(callerOf(request), by === undefined ? undefined : String(by));
      return reply.code(201).send(await recordProfile(services, { creatorId, profile, by: person }));
    },
  );

  app.get(
    '/tax/profiles/:creator_id',
    {
      config: { permission: 'tax-profiles:read' },
      schema: {
        operationId: 'getTaxProfiles',
        tags,
        summary: 'The tax forms of a creator that are in force, with masks; the access is logged',
        params: CreatorPath,
        response: { 200: Shown },
      },
    },
    async (request) => {
      const { creator_id: creatorId } = request.params;
      const caller = callerOf(request);
      assertMaySee(caller, creatorId);
      const opening = { purpose: 'shown', because: null, by: requireActor(caller, undefined) } as const;
      return showProfiles(services, { creatorId, isRevealed: false, opening });
    },
  );

  app.post(
    '/tax/profiles/:creator_id/reveal',
    {
      config: { permission: 'tax-profiles:reveal' },
      schema: {
        operationId: 'revealTaxProfiles',
        tags,
        summary: 'The same in full, with every number; who, what and why is logged',
        params: CreatorPath,
        body: Because,
        response: { 200: Shown },
      },
    },
    async (request) => {
      const { creator_id: creatorId } = request.params;
      const { because, by } = request.body;
      const person = requireActor(callerOf(request), by);
      const opening = { purpose: 'shown', because: requireReason(because), by: person } as const;
      return showProfiles(services, { creatorId, isRevealed: true, opening });
    },
  );

  app.get(
    '/tax/profiles',
    {
      config: { permission: 'tax-profiles:list' },
      schema: {
        operationId: 'listTaxProfiles',
        tags,
        summary: 'The tax forms in force of all creators, without their content',
        querystring: ListQuery,
        response: { 200: pageOf(Listed) },
      },
    },
    async ({ query: { expiring_days: expiringDays, limit, cursor } }) => {
      const after = cursor === undefined ? undefined : parseCursor(cursor, 2);
      const { forms, hasMore } = await listProfiles(services, { expiringDays, after, limit });
      const keyOf = (form: (typeof forms)[number]) => [form.creator_id, form.regime];
      return { data: forms, next_cursor: nextCursor(forms, { hasMore, keyOf }) };
    },
  );

  app.get(
    '/tax/creators-without-form',
    {
      config: { permission: 'tax-profiles:list' },
      schema: {
        operationId: 'listCreatorsWithoutTaxForm',
        tags,
        summary: 'The creators who have no valid W-9 or W-8',
        querystring: MissingQuery,
        response: { 200: pageOf(Type.Object({ creator_id: CreatorId })) },
      },
    },
    async ({ query: { limit, cursor } }) => {
      const after = cursor === undefined ? undefined : parseCursor(cursor, 1)[0];
      const { creators, hasMore } = await creatorsWithoutForm(services, { after, limit });
      const data = creators.map((creator_id) => ({ creator_id }));
      return { data, next_cursor: nextCursor(data, { hasMore, keyOf: ({ creator_id }) => [creator_id] }) };
    },
  );

  app.get(
    '/tax/profiles/:creator_id/history',
    {
      config: { permission: 'tax-profiles:list' },
      schema: {
        operationId: 'getTaxProfileHistory',
        tags,
        summary: 'Every version of the tax forms of a creator, who opened them, notices and erasures',
        params: CreatorPath,
        response: { 200: History },
      },
    },
    async (request) => requireHistory(services, request.params.creator_id),
  );

  app.post(
    '/tax/profiles/:creator_id/backup-withholding',
    {
      config: { permission: 'tax-profiles:decide' },
      schema: {
        operationId: 'setBackupWithholding',
        tags,
        summary: 'Turns backup withholding on or off for a creator, after a notice of the IRS',
        params: CreatorPath,
        body: WithholdingRequest,
        response: { 200: Withholding },
      },
    },
    async (request) => {
      const { is_on: isOn, because, by } = request.body;
      const { creator_id: creatorId } = request.params;
      return setBackupWithholding(services, { creatorId, isOn, because, by: requireActor(callerOf(request), by) });
    },
  );

  app.post(
    '/tax/profiles/:creator_id/erasure',
    {
      config: { permission: 'tax-profiles:erase' },
      schema: {
        operationId: 'eraseTaxProfiles',
        tags,
        summary:
          'Erases the tax profiles of a creator, or records that they are to be erased once the law no longer requires them',
        params: CreatorPath,
        body: Because,
        response: { 200: Erased },
      },
    },
    async (request) => {
      const { because, by } = request.body;
      const { creator_id: creatorId } = request.params;
      return eraseProfiles(services, { creatorId, because, by: requireActor(callerOf(request), by) });
    },
  );
};
