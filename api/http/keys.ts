import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { creatorExists } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { apiKeyIdOf, createKey, KEY_ROLES, listKeys, revokeKey } from '../auth/keys.ts';
import { CreatorId, NullableText } from './schemas.ts';

const Key = exactly(
  {
    api_key_id: Type.String(),
    name: Type.String(),
    role: Type.Enum([...KEY_ROLES]),
    creator_id: NullableText,
    created_at: Type.String({ format: 'date-time' }),
    revoked_at: NullableText,
  },
  'A key, without its secret.',
);

const Request = exactly(
  { name: Type.String({ maxLength: 100 }), role: Type.Enum([...KEY_ROLES]), creator_id: Type.Optional(CreatorId) },
  'The name and role of the key.',
);

/** API keys; only the command line may manage them. */
export const keyRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/keys',
    {
      config: { permission: 'keys:manage' },
      schema: {
        operationId: 'listKeys',
        tags: ['keys'],
        summary: 'All API keys, including revoked ones',
        response: { 200: exactly({ data: Type.Array(Key) }, 'All keys.') },
      },
    },
    async () => ({ data: await listKeys(services) }),
  );

  app.post(
    '/keys',
    {
      config: { permission: 'keys:manage' },
      schema: {
        operationId: 'createKey',
        tags: ['keys'],
        summary: 'Creates an API key; the response is the only place where it is shown',
        body: Request,
        response: { 201: exactly({ api_key_id: Type.String(), key: Type.String() }, 'The key.') },
      },
    },
    async (request, reply) => {
      const { name, role, creator_id } = request.body;
      if (creator_id !== undefined && !(await creatorExists(services.warehouse, creator_id))) {
        throw new NotFound(
          `No key can be created for ${creator_id}: there is no loaded event of that creator; check the id, or load the event of the creator's sign-up first.`,
        );
      }
      const key = await createKey(services, { name, role, creatorId: creator_id });
      return reply.code(201).send({ api_key_id: apiKeyIdOf(key), key });
    },
  );

  app.delete(
    '/keys/:api_key_id',
    {
      config: { permission: 'keys:manage' },
      schema: {
        operationId: 'revokeKey',
        tags: ['keys'],
        summary: 'Revokes an API key with immediate effect',
        params: Type.Object({ api_key_id: Type.String({ maxLength: 100 }) }),
        response: { 200: Key },
      },
    },
    async (request) => revokeKey(services, request.params.api_key_id),
  );
};
