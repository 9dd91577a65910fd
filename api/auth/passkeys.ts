import { isIP } from 'node:net';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { queueNotice } from '../../jobs/notices/queue-notice.ts';
import { instant } from '../../warehouse/clock.ts';
import { messageOf, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { PasskeysTable } from '../../warehouse/operational/people-tables.ts';
import type { Person } from './people.ts';
import type { SignInServices } from './sign-in-services.ts';

/** A passkey as it may be shown. */
export type ListedPasskey = Pick<PasskeysTable, 'passkey_id' | 'name' | 'created_at' | 'last_used_at'>;

type Store = Pick<SignInServices, 'operational' | 'clock' | 'url'>;

/** Whose passkey it becomes, and the session that may add it. */
interface Owner {
  readonly person: Pick<Person, 'id' | 'email' | 'name'>;
  readonly sessionId: string;
}

/** How long a browser may take. */
const CHALLENGE_MS = 5 * 60_000;
const LOG_IN = '';

/** Loaded with the first passkey. */
const library = () => import('@simplewebauthn/server');

/** Passkeys belong to a name, never to an address: w3.org/TR/webauthn-3/#rp-id. Undefined where our pages have no name. */
export function passkeyDomain(url: string): string | undefined {
  const { hostname } = new URL(url);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : undefined;
}

/** Newest first. */
export function passkeysOf({ operational }: Pick<Store, 'operational'>, personId: string): Promise<ListedPasskey[]> {
  return operational
    .selectFrom('passkeys')
    .select(['passkey_id', 'name', 'created_at', 'last_used_at'])
    .where('person_id', '=', personId)
    .orderBy('created_at', 'desc')
    .orderBy('passkey_id')
    .execute();
}

/** What a browser needs to make a passkey for this person, in this session. Throws `Rejected` where our pages have no name. */
export async function creationOptions(store: Store, owner: Owner): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { person, sessionId } = owner;
  const { generateRegistrationOptions } = await library();
  const known = await store.operational
    .selectFrom('passkeys')
    .select('credential_id')
    .where('person_id', '=', person.id)
    .execute();
  const options = await generateRegistrationOptions({
    ...{ rpName: 'Tantieme', rpID: requireDomain(store), userName: person.email, userDisplayName: person.name },
    userID: new TextEncoder().encode(person.id),
    attestationType: 'none',
    excludeCredentials: known.map(({ credential_id }) => ({ id: credential_id })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    timeout: CHALLENGE_MS,
  });
  await storeChallenge(store, options.challenge, sessionId);
  return options;
}

/** What a browser needs to use a passkey of whoever sits there. Throws `Rejected` where our pages have no name. */
export async function requestOptions(store: Store): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const { generateAuthenticationOptions } = await library();
  const rpID = requireDomain(store);
  const options = await generateAuthenticationOptions({ rpID, userVerification: 'required', timeout: CHALLENGE_MS });
  await storeChallenge(store, options.challenge, LOG_IN);
  return options;
}

/**
 * Adds the passkey that a browser has made by `creationOptions` of the same session, and notifies its person. Throws `Rejected` for a malformed name, and
 * for an answer that does not fit.
 */
export async function addPasskey(
  store: Store,
  { person, sessionId, name, response }: Owner & { readonly name: string; readonly response: unknown },
): Promise<ListedPasskey> {
  const named = name.trim();
  if (!/^[^\p{Cc}]{1,60}$/u.test(named)) {
    throw new Rejected('The name of a passkey must have 1 to 60 characters, without control characters.');
  }
  const { verifyRegistrationResponse } = await library();
  const { registrationInfo } = await verifyRegistrationResponse({
    ...{ response: response as RegistrationResponseJSON, requireUserVerification: true },
    ...expected(store, sessionId),
  }).catch(throwRefused);
  if (!registrationInfo) throw unfit();
  const { credential } = registrationInfo;
  const now = instant(store.clock.now());
  const added = { passkey_id: randomId('passkey'), name: named, created_at: now, last_used_at: null };
  await store.operational.transaction().execute(async (transaction) => {
    // An app that somebody has begun to set up is begun again, with the passkey.
    await transaction
      .deleteFrom('second_factors')
      .where('person_id', '=', person.id)
      .where('confirmed_at', 'is', null)
      .execute();
    await transaction
      .insertInto('passkeys')
      .values({
        ...{ ...added, person_id: person.id, credential_id: credential.id, counter: BigInt(credential.counter) },
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        transports: (credential.transports ?? []).join(','),
      })
      .execute();
    await queueNotice(transaction, {
      kind: 'passkey-added',
      cause: added.passkey_id,
      to: person.id,
      now,
      facts: added,
    });
  });
  return added;
}

/** The person whose passkey has signed a challenge of `requestOptions`, each once. Throws `Rejected` for anything else. */
export async function verifyPasskey(store: Store, response: unknown): Promise<string> {
  const { verifyAuthenticationResponse } = await library();
  const answer = response as AuthenticationResponseJSON;
  const { operational, clock } = store;
  const passkey =
    typeof answer?.id === 'string'
      ? await operational.selectFrom('passkeys').selectAll().where('credential_id', '=', answer.id).executeTakeFirst()
      : undefined;
  if (!passkey) throw new Rejected('This passkey is not known here: it was removed, or never added; log in by a link.');
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    ...{ response: answer, requireUserVerification: true },
    ...{ ...expected(store, LOG_IN), expectedRPID: requireDomain(store) },
    credential: {
      id: passkey.credential_id,
      publicKey: Buffer.from(passkey.public_key, 'base64url'),
      counter: Number(passkey.counter),
    },
  }).catch(throwRefused);
  if (!verified) throw unfit();
  await operational
    .updateTable('passkeys')
    .set({ counter: BigInt(authenticationInfo.newCounter), last_used_at: instant(clock.now()) })
    .where('passkey_id', '=', passkey.passkey_id)
    .execute();
  return passkey.person_id;
}

/** Removes a passkey of a person, who is notified. Throws `NotFound`. */
export async function removePasskey(
  { operational, clock }: Store,
  { personId, passkeyId }: { readonly personId: string; readonly passkeyId: string },
): Promise<void> {
  const now = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    const removed = await transaction
      .deleteFrom('passkeys')
      .where('passkey_id', '=', passkeyId)
      .where('person_id', '=', personId)
      .returning('name')
      .executeTakeFirst();
    if (!removed) throw noPasskey(passkeyId);
    await queueNotice(transaction, { kind: 'passkey-removed', cause: passkeyId, to: personId, now, facts: removed });
  });
}

export const noPasskey = (passkeyId: string): NotFound =>
  new NotFound(`You have no passkey ${JSON.stringify(passkeyId)}.`);

function requireDomain({ url }: Store): string {
  const domain = passkeyDomain(url());
  if (domain !== undefined) return domain;
  throw new Rejected(
    `Passkeys need a name, and our pages are at ${url()}; set TANTIEME_URL to https://name, or on this machine to http://localhost:PORT.`,
  );
}

/** Old ones go with each new one. */
async function storeChallenge({ operational, clock }: Store, challenge: string, session_id: string): Promise<void> {
  const now = clock.now();
  await operational.deleteFrom('passkey_challenges').where('expires_at', '<=', instant(now)).execute();
  await operational
    .insertInto('passkey_challenges')
    .values({ challenge, session_id, expires_at: instant(now + CHALLENGE_MS) })
    .execute();
}

/** What an answer must have been made for. Its challenge is used up by looking. */
function expected(store: Store, sessionId: string) {
  return {
    expectedOrigin: store.url(),
    expectedRPID: requireDomain(store),
    async expectedChallenge(challenge: string): Promise<boolean> {
      const used = await store.operational
        .deleteFrom('passkey_challenges')
        .where('challenge', '=', challenge)
        .where('session_id', '=', sessionId)
        .where('expires_at', '>', instant(store.clock.now()))
        .returning('challenge')
        .executeTakeFirst();
      return used !== undefined;
    },
  };
}

/** The library says what does not fit, and its message is for developers. */
function throwRefused(error: unknown): never {
  throw new Rejected(`The passkey was not accepted: ${messageOf(error)}; try again.`, { cause: error });
}

const unfit = (): Rejected => new Rejected('The passkey was not accepted: its signature is wrong; try again.');
