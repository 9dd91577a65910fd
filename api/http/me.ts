import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../jobs/job.ts';
import { noticesOf, switchNotice } from '../../jobs/notices/choices.ts';
import { NOTICE_KINDS } from '../../jobs/notices/kinds.ts';
import { exactly } from '../../reports/exactly.ts';
import { LOCALES } from '../../reports/statement/format.ts';
import { Conflict, Rejected } from '../../warehouse/errors.ts';
import { assertFresh, callerOf } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import { addPasskey, creationOptions, noPasskey, removePasskey } from '../auth/passkeys.ts';
import { nameLanguage, requirePerson } from '../auth/people.ts';
import type { SignIn } from '../auth/sign-in.ts';
import { Instant, NullableText } from './schemas.ts';

const Passkey = exactly(
  { passkey_id: Type.String(), name: Type.String(), created_at: Instant, last_used_at: NullableText },
  'A passkey, which logs in and is a second factor.',
);

const Notice = exactly(
  {
    kind: Type.Enum([...NOTICE_KINDS]),
    is_on: Type.Boolean(),
    is_security: Type.Boolean({ description: 'About access or where money goes: it cannot be switched off.' }),
  },
  'A kind of mail about what happened.',
);

const Me = exactly(
  {
    ...{ id: Type.String(), name: Type.String(), email: Type.String() },
    locale: {
      ...NullableText,
      description: 'The language of pages and mails, `en` or `de`; null while none is known.',
    },
    has_authenticator: Type.Boolean(),
    passkeys: Type.Array(Passkey),
    notices: Type.Array(Notice),
  },
  'The person who has logged in.',
);

/** A dictionary of the Web Authentication API in JSON, which a browser makes or reads: w3.org/TR/webauthn-3. */
const WebAuthn = (description: string) => Type.Object({}, { additionalProperties: true, description });

const tags = ['me'];
const config = { permission: 'account:manage' } as const;

/** The account of the person who has logged in: language, notices, passkeys. */
export const meRoutes: FastifyPluginAsyncTypebox<{ services: Services; signIn: SignIn }> = async (
  app,
  { services, signIn },
) => {
  const store = { ...services, url: signIn.url };

  async function meOf({ id: personId, roles }: Caller) {
    const { id, name, email, locale } = await requirePerson(services, personId);
    const { hasApp, passkeys } = await signIn.factorsOf(id);
    const notices = await noticesOf(services.operational, { personId: id, roles });
    return { ...{ id, name, email, locale }, has_authenticator: hasApp, passkeys: [...passkeys], notices };
  }

  app.get(
    '/me',
    { config, schema: { operationId: 'getMe', tags, summary: 'The account of whoever asks', response: { 200: Me } } },
    async (request) => meOf(requireAccountHolder(request)),
  );

  app.put(
    '/me/locale',
    {
      config,
      schema: {
        ...{ operationId: 'setMyLocale', tags, summary: 'Sets the language of pages and mails' },
        body: exactly({ locale: Type.Enum([...LOCALES]) }, 'The language.'),
        response: { 200: Me },
      },
    },
    async (request) => {
      const caller = requireAccountHolder(request);
      await nameLanguage(services, { personId: caller.id, locale: request.body.locale });
      return meOf(caller);
    },
  );

  app.put(
    '/me/notices/:kind',
    {
      config,
      schema: {
        ...{ operationId: 'switchMyNotice', tags, summary: 'Switches a kind of mail on or off' },
        params: Type.Object({ kind: Type.Enum([...NOTICE_KINDS]) }),
        body: exactly({ is_on: Type.Boolean() }, 'Whether it is mailed.'),
        response: { 200: Me },
      },
    },
    async (request) => {
      const caller = requireAccountHolder(request);
      const choice = { personId: caller.id, kind: request.params.kind, isOn: request.body.is_on };
      await switchNotice(services.operational, choice);
      return meOf(caller);
    },
  );

  app.post(
    '/me/passkeys/options',
    {
      config,
      schema: {
        ...{ operationId: 'beginPasskey', tags, summary: 'What a browser needs to make a passkey, for five minutes' },
        response: { 200: WebAuthn('`PublicKeyCredentialCreationOptionsJSON`') },
      },
    },
    async (request) => {
      const caller = requireAccountHolder(request);
      const { id, email, name } = await requirePerson(services, caller.id);
      await assertMayAdd(caller);
      return creationOptions(store, { person: { id, email, name }, sessionId: requireSession(caller) });
    },
  );

  app.post(
    '/me/passkeys',
    {
      config,
      schema: {
        ...{
          operationId: 'addPasskey',
          tags,
          summary: 'Adds the passkey that a browser has made; its person is mailed',
        },
        body: exactly(
          { name: Type.String({ maxLength: 60 }), response: WebAuthn('`RegistrationResponseJSON`') },
          'The passkey, and what its person calls it.',
        ),
        response: { 201: Passkey },
      },
    },
    async (request, reply) => {
      const caller = requireAccountHolder(request);
      const person = await requirePerson(services, caller.id);
      await assertMayAdd(caller);
      const sessionId = requireSession(caller);
      const added = await addPasskey(store, { person, sessionId, ...request.body });
      // Its device has just verified its user.
      await signIn.verifySession(sessionId);
      return reply.code(201).send(added);
    },
  );

  app.delete(
    '/me/passkeys/:passkey_id',
    {
      config,
      schema: {
        ...{ operationId: 'removePasskey', tags, summary: 'Removes a passkey; its person is mailed' },
        params: Type.Object({ passkey_id: Type.String({ maxLength: 100 }) }),
        response: { 200: Me },
      },
    },
    async (request) => {
      const caller = requireAccountHolder(request);
      const passkeyId = request.params.passkey_id;
      const { passkeys } = await signIn.factorsOf(caller.id);
      if (!passkeys.some(({ passkey_id }) => passkey_id === passkeyId)) throw noPasskey(passkeyId);
      assertFresh(caller);
      await removePasskey(store, { personId: caller.id, passkeyId });
      return meOf(caller);
    },
  );

  /** The first factor needs none before it. */
  async function assertMayAdd(caller: Caller): Promise<void> {
    const { hasApp, passkeys } = await signIn.factorsOf(caller.id);
    if (hasApp || passkeys.length > 0) assertFresh(caller);
  }
};

function requireAccountHolder(request: FastifyRequest): Caller {
  const caller = callerOf(request);
  if (caller.kind === 'person') return caller;
  throw new Rejected('A key has no account; log in as a person.');
}

function requireSession({ sessionId }: Caller): string {
  if (sessionId === undefined) throw new Conflict('A passkey is added in a session; log in.');
  return sessionId;
}
