import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { exactly } from '../../reports/exactly.ts';
import { consentsOf, withdrawConsent } from '../auth/app-consents.ts';
import { APP_SCOPES } from '../auth/app-scopes.ts';
import { listApps, registerApp, revokeApp } from '../auth/apps.ts';
import { callerOf, requireActor } from '../auth/authenticate.ts';
import { ByPerson, NullableText } from './schemas.ts';

const Scope = Type.Enum([...APP_SCOPES]);

const App = exactly(
  {
    app_id: Type.String({ description: 'Its client_id.' }),
    name: Type.String(),
    auth_method: Type.Enum(['none', 'client_secret_basic'], {
      description: 'How it authenticates to the token endpoint.',
    }),
    redirect_uris: Type.Array(Type.String()),
    scopes: Type.Array(Type.String()),
    created_by: Type.String(),
    created_at: Type.String({ format: 'date-time' }),
    revoked_by: NullableText,
    revoked_at: NullableText,
  },
  'An app of a partner, without its secret.',
);

const NewApp = exactly(
  {
    name: Type.String({ maxLength: 100 }),
    redirect_uris: Type.Array(Type.String({ maxLength: 300 }), { minItems: 1, maxItems: 10, uniqueItems: true }),
    scopes: Type.Optional(
      Type.Array(Scope, {
        minItems: 1,
        uniqueItems: true,
        description: 'What it may ask people for; by default everything.',
      }),
    ),
    is_public: Type.Boolean({ default: false, description: 'Whether it cannot keep a secret.' }),
    by: ByPerson,
  },
  'An app, as a partner describes it.',
);

const Registered = exactly(
  {
    ...App.properties,
    client_secret: Type.Optional(Type.String({ description: 'Shown only once; a public app has none.' })),
  },
  'The app, with its secret.',
);

const Consent = exactly(
  {
    consent_id: Type.String(),
    app_id: Type.String(),
    app_name: Type.String(),
    account: Type.String({ description: 'The creator or developer for whom.' }),
    scopes: Type.Array(Type.String()),
    allowed_at: Type.String({ format: 'date-time' }),
  },
  'What somebody has allowed an app.',
);

/** Apps of partners, and what people have allowed them. */
export const appRoutes: FastifyPluginAsyncTypebox<{ services: Services }> = async (app, { services }) => {
  app.get(
    '/apps',
    {
      config: { permission: 'apps:manage' },
      schema: {
        ...{ operationId: 'listApps', tags: ['apps'], summary: 'All apps of partners, including revoked ones' },
        response: { 200: exactly({ data: Type.Array(App) }, 'All apps.') },
      },
    },
    async () => ({ data: await listApps(services) }),
  );

  app.post(
    '/apps',
    {
      config: { permission: 'apps:manage' },
      schema: {
        ...{
          operationId: 'registerApp',
          tags: ['apps'],
          summary: 'Registers an app; its secret is only in the response',
        },
        body: NewApp,
        response: { 201: Registered },
      },
    },
    async (request, reply) => {
      const { name, redirect_uris, scopes, is_public, by } = request.body;
      const person = requireActor(callerOf(request), by);
      const made = await registerApp(services, {
        ...{ name, redirectUris: redirect_uris, isPublic: is_public, by: person },
        scopes: scopes && APP_SCOPES.filter((scope) => scopes.includes(scope)),
      });
      return reply.code(201).send({ ...made.app, ...(made.secret !== undefined && { client_secret: made.secret }) });
    },
  );

  app.delete(
    '/apps/:app_id',
    {
      config: { permission: 'apps:manage' },
      schema: {
        ...{ operationId: 'revokeApp', tags: ['apps'] },
        summary: 'Revokes an app with all its tokens, with immediate effect',
        params: Type.Object({ app_id: Type.String({ maxLength: 100 }) }),
        querystring: exactly({ by: ByPerson }, 'Who does it.'),
        response: { 200: App },
      },
    },
    async (request) => {
      const by = requireActor(callerOf(request), request.query.by);
      return revokeApp(services, { appId: request.params.app_id, by });
    },
  );

  app.get(
    '/app-consents',
    {
      config: { permission: 'app-consents:manage' },
      schema: {
        ...{ operationId: 'listAppConsents', tags: ['apps'], summary: 'What the person who asks has allowed apps' },
        response: { 200: exactly({ data: Type.Array(Consent) }, 'The newest first.') },
      },
    },
    async (request) => ({ data: await consentsOf(services, callerOf(request).id) }),
  );

  app.delete(
    '/app-consents/:consent_id',
    {
      config: { permission: 'app-consents:manage' },
      schema: {
        ...{ operationId: 'withdrawAppConsent', tags: ['apps'] },
        summary: 'Takes back what the person who asks has allowed an app, and ends its tokens',
        params: Type.Object({ consent_id: Type.String({ maxLength: 100 }) }),
        response: { 200: exactly({ data: Type.Array(Consent) }, 'What is left.') },
      },
    },
    async (request) => {
      const { id } = callerOf(request);
      await withdrawConsent(services, { personId: id, consentId: request.params.consent_id });
      return { data: await consentsOf(services, id) };
    },
  );
};
