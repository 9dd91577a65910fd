import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { Conflict, Forbidden } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { listMembers, removeMember } from '../auth/members.ts';
import { invite } from '../auth/people.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { throttle } from '../auth/throttle.ts';
import { assertMaySee } from './may-see.ts';
import { CreatorId } from './schemas.ts';

const Member = exactly(
  { id: Type.String(), name: Type.String(), email: Type.String(), since_at: Type.String({ format: 'date-time' }) },
  'Somebody who acts for a creator.',
);

const Members = exactly({ data: Type.Array(Member) }, 'All members.');

const Invitation = exactly(
  { email: Type.String({ maxLength: 254 }), name: Type.Optional(Type.String({ maxLength: 100 })) },
  'Who is to act for the creator too.',
);

const CreatorPath = Type.Object({ creator_id: CreatorId });
const MemberPath = Type.Object({ creator_id: CreatorId, person_id: Type.String({ maxLength: 100 }) });

/** Invitations are mails to anybody. */
const INVITATIONS = { of: 'invitations', most: 10, windowMs: 3_600_000 };
const tags = ['people'];

/** Who acts for a creator; one member invites and removes others. */
export const memberRoutes: FastifyPluginAsyncTypebox<{ services: Services; signIn: SignIn }> = async (
  app,
  { services, signIn },
) => {
  const invitations = throttle(services, INVITATIONS);

  app.get(
    '/creators/:creator_id/members',
    {
      config: { permission: 'members:read' },
      schema: {
        ...{ operationId: 'listMembers', tags, summary: 'Who acts for a creator', params: CreatorPath },
        response: { 200: Members },
      },
    },
    async (request) => {
      const { creator_id: creatorId } = request.params;
      assertMaySee(callerOf(request), creatorId);
      return { data: await listMembers(services, creatorId) };
    },
  );

  app.post(
    '/creators/:creator_id/members',
    {
      config: { permission: 'members:manage' },
      schema: {
        ...{ operationId: 'inviteMember', tags, summary: 'Invites somebody to act for a creator, and mails a link' },
        ...{ params: CreatorPath, body: Invitation, response: { 201: Member } },
      },
    },
    async (request, reply) => {
      const { creator_id: creatorId } = request.params;
      const caller = callerOf(request);
      assertActsFor(caller, creatorId);
      await invitations.count(caller.id);
      const by = requireActor(caller, undefined);
      const { email, name } = request.body;
      const person = await invite(services, { email, name, role: 'creator', subjectId: creatorId, by }).catch(
        throwDiscreet,
      );
      await signIn.invitationLink(person);
      const added = (await listMembers(services, creatorId)).find(({ id }) => id === person.id);
      return reply.code(201).send(requirePresent(added, 'Whoever was invited is a member.'));
    },
  );

  app.delete(
    '/creators/:creator_id/members/:person_id',
    {
      config: { permission: 'members:manage' },
      schema: {
        ...{ operationId: 'removeMember', tags, summary: 'Ends what somebody may do for a creator, at once' },
        ...{ params: MemberPath, response: { 200: Members } },
      },
    },
    async (request) => {
      const { creator_id: creatorId, person_id: personId } = request.params;
      const caller = callerOf(request);
      assertActsFor(caller, creatorId);
      await removeMember(services, { creatorId, personId, by: requireActor(caller, undefined) });
      return { data: await listMembers(services, creatorId) };
    },
  );
};

/** Whoever can invite can act for the creator for good: a key, which may lie in a program, cannot. */
function assertActsFor(caller: Caller, creatorId: string): void {
  assertMaySee(caller, creatorId);
  if (caller.kind === 'person') return;
  throw new Forbidden(`Members of ${creatorId} are invited and removed by a person, not by a key; log in.`);
}

/** Does not reveal to outsiders who has a role of the company. */
function throwDiscreet(error: unknown): never {
  if (!(error instanceof Conflict)) throw error;
  throw new Conflict('This address cannot be invited: it acts for this creator already, or cannot; use another one.');
}
