import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { assignees } from '../auth/assignees.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { invite, listPeople, requirePerson, revokeRoles } from '../auth/people.ts';
import { ROLES } from '../auth/roles.ts';
import { forgetSecondFactor } from '../auth/second-factor.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { ByPerson, NullableText } from './schemas.ts';

const RoleName = Type.Enum([...ROLES]);

const PersonShape = exactly(
  {
    id: Type.String(),
    name: Type.String(),
    email: Type.String(),
    locale: NullableText,
    roles: Type.Array(
      exactly(
        { role: RoleName, subject_id: Type.String({ description: "The creator or developer; '' for other roles." }) },
        'A role of a person.',
      ),
    ),
  },
  'Somebody who may log in.',
);

const Invited = exactly(
  {
    ...PersonShape.properties,
    log_in_url: Type.Optional(
      Type.String({ description: 'Logs in once, within 15 minutes; only for the command line. It is mailed too.' }),
    ),
  },
  'The person, who has been sent a link.',
);

const Invitation = exactly(
  {
    email: Type.String({ maxLength: 254 }),
    name: Type.Optional(Type.String({ maxLength: 100 })),
    role: RoleName,
    subject_id: Type.Optional(Type.String({ maxLength: 255 })),
    by: ByPerson,
  },
  'Who is invited, and to what.',
);

const Assignee = exactly(
  { id: Type.String(), name: Type.String() },
  'Somebody to whom exceptions and breaks can be assigned.',
);

const Params = Type.Object({ person: Type.String({ maxLength: 254, description: 'The id or the address.' }) });

/** People and their roles. */
export const peopleRoutes: FastifyPluginAsyncTypebox<{ services: Services; signIn: SignIn }> = async (
  app,
  { services, signIn },
) => {
  app.get(
    '/people',
    {
      config: { permission: 'people:manage' },
      schema: {
        ...{ operationId: 'listPeople', tags: ['people'], summary: 'Everybody who may log in, with their roles' },
        response: { 200: exactly({ data: Type.Array(PersonShape) }, 'All people.') },
      },
    },
    async () => ({ data: await listPeople(services) }),
  );

  app.get(
    '/assignees',
    {
      config: { permission: 'exceptions:acknowledge' },
      schema: {
        operationId: 'listAssignees',
        tags: ['people'],
        summary: 'The people of the company to whom exceptions and breaks can be assigned, by name',
        response: { 200: exactly({ data: Type.Array(Assignee) }, 'All of them.') },
      },
    },
    async () => ({ data: await assignees(services) }),
  );

  app.post(
    '/people',
    {
      config: { permission: 'people:manage' },
      schema: {
        ...{ operationId: 'invitePerson', tags: ['people'], summary: 'Gives somebody a role, and mails a log-in link' },
        body: Invitation,
        response: { 201: Invited },
      },
    },
    async (request, reply) => {
      const { email, name, role, subject_id, by } = request.body;
      const caller = callerOf(request);
      const person = await invite(services, { email, name, role, subjectId: subject_id, by: requireActor(caller, by) });
      const address = await signIn.invitationLink(person);
      return reply.code(201).send({ ...person, ...(caller.kind === 'command line' && { log_in_url: address }) });
    },
  );

  app.delete(
    '/people/:person/roles',
    {
      config: { permission: 'people:manage' },
      schema: {
        ...{ operationId: 'revokeRoles', tags: ['people'] },
        summary: 'Takes a role from a person, or all, with immediate effect; its sessions end',
        params: Params,
        querystring: exactly({ role: Type.Optional(RoleName), by: ByPerson }, 'The role; all without it.'),
        response: { 200: PersonShape },
      },
    },
    async (request) => {
      const { role, by } = request.query;
      const person = requireActor(callerOf(request), by);
      return revokeRoles(services, { idOrEmail: request.params.person, role, by: person });
    },
  );

  app.delete(
    '/people/:person/second-factor',
    {
      config: { permission: 'people:manage' },
      schema: {
        ...{ operationId: 'forgetSecondFactor', tags: ['people'] },
        summary: 'Removes the second factor of a person who has lost it',
        params: Params,
        response: { 200: PersonShape },
      },
    },
    async (request) => {
      const person = await requirePerson(services, request.params.person);
      await forgetSecondFactor(services, person.id);
      return person;
    },
  );
};
