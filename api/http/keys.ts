import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { creatorExists } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { Forbidden, NotFound } from '../../warehouse/errors.ts';
import { assertVerified, callerOf } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { apiKeyIdOf } from '../auth/key-secret.ts';
import { createKey, KEY_ROLES, listKeys, type Owner, requireKey, revokeKey, rotateKey } from '../auth/keys.ts';
import { hasPermission, keyNeedsSecondFactor, PERMISSIONS, type Permission } from '../auth/permissions.ts';
import { CreatorId, DeveloperId, NullableInstant, NullableText } from './schemas.ts';

const Scope = Type.Enum(Object.keys(PERMISSIONS) as Permission[]);

const Key = exactly(
  {
    ...{ api_key_id: Type.String(), name: Type.String(), role: Type.Enum([...KEY_ROLES]) },
    ...{ creator_id: NullableText, developer_id: NullableText },
    made_by: { ...NullableText, description: 'A person; null for a key that was made at the command line.' },
    scopes: Type.Unsafe<string[] | null>({
      ...{ type: ['array', 'null'], items: { type: 'string' } },
      description: 'The permissions of the role that it has; null for all of them.',
    }),
    created_at: Type.String({ format: 'date-time' }),
    expires_at: { ...NullableInstant, description: 'From then on it is refused; null for never.' },
    last_used_at: { ...NullableInstant, description: 'To the minute; null for never.' },
    has_former_secret: Type.Boolean({ description: 'Whether the secret before the last rotation still works.' }),
    former_ends_at: { ...NullableInstant, description: 'Until when it does; null for until it is revoked.' },
    revoked_at: NullableInstant,
  },
  'A key, without its secret.',
);

const Request = exactly(
  {
    name: Type.String({ maxLength: 100 }),
    role: Type.Enum([...KEY_ROLES]),
    creator_id: Type.Optional(CreatorId),
    developer_id: Type.Optional(DeveloperId),
    scopes: Type.Optional(
      Type.Array(Scope, { uniqueItems: true, description: 'Of what the role may do, only this; all of it without.' }),
    ),
    expires_at: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'From then on it is refused. Without it the key does not expire.',
      }),
    ),
  },
  'The name and role of the key.',
);

const Rotation = exactly(
  {
    former_ends_at: Type.Optional(
      Type.String({
        format: 'date-time',
        description: 'Until when the former secret goes on; without it until it is revoked.',
      }),
    ),
  },
  'What becomes of the former secret.',
);

const Made = exactly({ api_key_id: Type.String(), key: Type.String() }, 'The key.');
const Params = Type.Object({ api_key_id: Type.String({ maxLength: 100 }) });

/** API keys. People manage their own, which can do no more than they may themselves; administrators and the command line manage all. */
export const keyRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  const config = { permission: 'keys:own' } as const;
  const tags = ['keys'];

  app.get(
    '/keys',
    {
      config,
      schema: {
        operationId: 'listKeys',
        tags,
        summary: 'The API keys of the person who asks, including revoked ones; all keys for an administrator',
        response: { 200: exactly({ data: Type.Array(Key) }, 'The keys, oldest first.') },
      },
    },
    async (request) => ({ data: await listKeys(services, ownerFor(callerOf(request))) }),
  );

  app.post(
    '/keys',
    {
      config,
      schema: {
        operationId: 'createKey',
        tags,
        summary: 'Creates an API key; the response is the only place where it is shown',
        description:
          'For a role of the person who makes it, and its own creator or developer; an administrator makes keys for all. It needs a second factor if the key can do what needs one. The key can do something only as long as the person may do it.',
        body: Request,
        response: { 201: Made },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      await assertMayMake(services, caller, request.body);
      const { name, role, creator_id, developer_id, scopes, expires_at } = request.body;
      const key = await createKey(services, {
        ...{ name, role, creatorId: creator_id, developerId: developer_id, scopes, expiresAt: expires_at },
        ...(caller.kind === 'person' && { personId: caller.id }),
      });
      return reply.code(201).send({ api_key_id: apiKeyIdOf(key), key });
    },
  );

  app.post(
    '/keys/:api_key_id/rotations',
    {
      config,
      schema: {
        operationId: 'rotateKey',
        tags,
        summary:
          'Makes a second secret of a key, shown only here; the first goes on until a stated time or until it is revoked',
        params: Params,
        body: Rotation,
        response: { 201: Made },
      },
    },
    async (request, reply) => {
      const { api_key_id } = request.params;
      const caller = callerOf(request);
      const owner = ownerFor(caller);
      const { role, scopes } = await requireKey(services, api_key_id, owner);
      assertFactorFor(caller, { role, scopes: scopes as Permission[] | null });
      const rotation = { apiKeyId: api_key_id, owner, formerEndsAt: request.body.former_ends_at };
      return reply.code(201).send({ api_key_id, key: await rotateKey(services, rotation) });
    },
  );

  app.delete(
    '/keys/:api_key_id',
    {
      config,
      schema: {
        operationId: 'revokeKey',
        tags,
        summary: 'Revokes an API key with immediate effect',
        params: Params,
        response: { 200: Key },
      },
    },
    async (request) => revokeKey(services, { apiKeyId: request.params.api_key_id, owner: ownerFor(callerOf(request)) }),
  );

  app.delete(
    '/keys/:api_key_id/former-secret',
    {
      config,
      schema: {
        operationId: 'revokeFormerSecret',
        tags,
        summary: 'Revokes the secret that a key had before it was rotated, with immediate effect',
        params: Params,
        response: { 200: Key },
      },
    },
    async (request) => {
      const owner = ownerFor(callerOf(request));
      return revokeKey(services, { apiKeyId: request.params.api_key_id, owner, onlyFormer: true });
    },
  );
};

/** Whose keys a caller manages. Throws `SecondFactorNeeded` for an administrator without one. */
function ownerFor(caller: Caller): Owner {
  if (!hasPermission(caller, 'keys:manage')) return { personId: caller.id };
  assertVerified(caller, { permission: 'keys:manage' });
  return 'all';
}

/** Throws `Forbidden` for a key that could do more than its maker, `SecondFactorNeeded`, and `NotFound` for an unknown creator. */
async function assertMayMake(services: Services, caller: Caller, request: Static<typeof Request>): Promise<void> {
  const { role, creator_id, developer_id, scopes } = request;
  if (ownerFor(caller) !== 'all') {
    const isOwn = { creator: caller.creatorIds, developer: caller.developerIds };
    const subject = creator_id ?? developer_id;
    const isAllowed =
      caller.roles.includes(role) && (subject === undefined || isOwn[role as keyof typeof isOwn]?.includes(subject));
    if (!isAllowed) {
      throw new Forbidden(
        `A key can do no more than whoever makes it: you do not have the role ${role}${subject === undefined ? '' : ` for ${subject}`}.`,
      );
    }
    assertFactorFor(caller, { role, scopes });
  }
  if (creator_id !== undefined && !(await creatorExists(services.warehouse, creator_id))) {
    throw new NotFound(
      `No key can be created for ${creator_id}: there is no loaded event of that creator; check the id, or load the event of the creator's sign-up first.`,
    );
  }
}

/** Throws `SecondFactorNeeded` if a key can do what a person does only with a second factor. */
function assertFactorFor(
  caller: Caller,
  { role, scopes }: { role: Static<typeof Request>['role']; scopes?: readonly Permission[] | null | undefined },
): void {
  if (keyNeedsSecondFactor(role, scopes ?? undefined)) assertVerified(caller, { permission: 'keys:manage' });
}
