import { base32 } from '@better-auth/utils/base32';
import { createOTP } from '@better-auth/utils/otp';
import type { Services } from '../../jobs/job.ts';
import { queueNotice } from '../../jobs/notices/queue-notice.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, Forbidden, Rejected } from '../../warehouse/errors.ts';
import { randomSecret } from '../../warehouse/ids.ts';
import { assertFresh, SECOND_FACTOR_PATH, SecondFactorNeeded } from './authenticate.ts';
import type { Caller } from './caller.ts';
import { type ListedPasskey, passkeysOf } from './passkeys.ts';

/** RFC 6238: codes of six digits, a new one every 30 seconds. */
const STEP_MS = 30_000;
/** A clock that is half a minute off is accepted. */
const STEPS_OFF = [-1, 0, 1];
const MOST_FAILURES = 5;
const LOCK_MS = 15 * 60_000;

type Store = Pick<Services, 'operational' | 'clock'> & { readonly secret: string };

interface Given {
  readonly personId: string;
  readonly sessionId: string;
  readonly code: string;
}

/** What an authenticator app needs: the secret in base32, and the same as an address. */
export interface NewFactor {
  readonly secret: string;
  readonly address: string;
}

/** The second factors of a person. */
export interface Factors {
  /** Whether there is a confirmed authenticator app. */
  readonly hasApp: boolean;
  readonly passkeys: readonly ListedPasskey[];
}

export async function factorsOf({ operational }: Pick<Store, 'operational'>, personId: string): Promise<Factors> {
  const app = await operational
    .selectFrom('second_factors')
    .select('person_id')
    .where('person_id', '=', personId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst();
  return { hasApp: app !== undefined, passkeys: await passkeysOf({ operational }, personId) };
}

/** For what cannot be taken back: throws `SecondFactorNeeded` for a person who has a second factor and has not given it in this session. */
export async function assertFactorIfAny(services: Pick<Store, 'operational'>, caller: Caller): Promise<void> {
  if (caller.kind !== 'person' || caller.isVerified) return;
  const { hasApp, passkeys } = await factorsOf(services, caller.id);
  if (!hasApp && passkeys.length === 0) return;
  throw new SecondFactorNeeded(
    `This cannot be taken back and needs your second factor: give it at ${SECOND_FACTOR_PATH}, and try again.`,
  );
}

/**
 * Makes a secret for the person's app, which the first code confirms, from the session that made it: nobody confirms a secret that another session has
 * seen. Until then the same session is given the same secret. Throws `Conflict` once it is confirmed, and `SecondFactorNeeded` for somebody with a passkey
 * who has not just used it.
 */
export async function beginSecondFactor(
  { operational, secret }: Store,
  person: { readonly id: string; readonly email: string },
  session: Pick<Caller, 'sessionId' | 'isFresh'>,
): Promise<NewFactor> {
  if ((await passkeysOf({ operational }, person.id)).length > 0) assertFresh(session);
  const begun = await operational
    .selectFrom('second_factors')
    .select('sealed_secret')
    .where('person_id', '=', person.id)
    .where('confirmed_at', 'is', null)
    .executeTakeFirst();
  const known = begun && (await opened(begun.sealed_secret, secret));
  const made = known && known.sessionId === session.sessionId ? known.secret : randomSecret().slice(0, 32);
  const { symmetricEncrypt } = await import('better-auth/crypto');
  const sealed_secret = await symmetricEncrypt({ key: secret, data: `${made} ${session.sessionId ?? ''}` });
  const stored = await operational
    .insertInto('second_factors')
    .values({
      person_id: person.id,
      sealed_secret,
      confirmed_at: null,
      last_step: 0n,
      failure_count: 0,
      locked_until: null,
    })
    .onConflict((conflict) =>
      conflict.column('person_id').doUpdateSet({ sealed_secret }).where('second_factors.confirmed_at', 'is', null),
    )
    .returning('person_id')
    .executeTakeFirst();
  if (!stored) {
    throw new Conflict(
      'You have a second factor already; an administrator can remove it: tantieme people forget-factor',
    );
  }
  return { secret: base32.encode(made, { padding: false }), address: createOTP(made).url('Tantieme', person.email) };
}

/**
 * Accepts a code, each once; the first one confirms the secret. Throws `Rejected` for a wrong code, and `Forbidden` for a while after five of them.
 */
export async function acceptCode(
  { operational, clock, secret }: Store,
  { personId, sessionId, code }: Given,
): Promise<void> {
  const now = clock.now();
  const digits = code.replaceAll(/\s/g, '');
  // The outcome is decided within the transaction, and a wrong code must be counted even though it is refused.
  const outcome = await operational.transaction().execute(async (transaction) => {
    const factor = await transaction
      .selectFrom('second_factors')
      .selectAll()
      .where('person_id', '=', personId)
      .forUpdate()
      .executeTakeFirst();
    const known = factor && (await opened(factor.sealed_secret, secret));
    if (!known || (factor.confirmed_at === null && known.sessionId !== sessionId)) return 'absent';
    if (factor.locked_until !== null && Date.parse(factor.locked_until) > now) return 'locked';
    const step = await stepOf(digits, { secret: known.secret, now });
    const isRight = step !== undefined && BigInt(step) > factor.last_step;
    const failures = isRight ? 0 : factor.failure_count + 1;
    await transaction
      .updateTable('second_factors')
      .set({
        failure_count: failures % MOST_FAILURES,
        locked_until: failures === MOST_FAILURES ? instant(now + LOCK_MS) : null,
        ...(isRight && { last_step: BigInt(step), confirmed_at: factor.confirmed_at ?? instant(now) }),
      })
      .where('person_id', '=', personId)
      .execute();
    if (isRight && factor.confirmed_at === null) {
      const added = { kind: 'authenticator-added', cause: `${personId} ${step}`, facts: {} } as const;
      await queueNotice(transaction, { ...added, to: personId, now: instant(now) });
    }
    return isRight ? 'right' : 'wrong';
  });
  if (outcome === 'right') return;
  if (outcome === 'locked') throw new Forbidden('Too many wrong codes: try again in 15 minutes.');
  if (outcome === 'absent') throw new Rejected('You have no second factor yet; set one up at /account/second-factor.');
  throw new Rejected('The code is wrong, or was used before; wait for the next one of your app.');
}

/** The secret, and the session that it was made in. */
async function opened(sealed: string, key: string): Promise<{ secret: string; sessionId: string }> {
  const { symmetricDecrypt } = await import('better-auth/crypto');
  const [secret = '', sessionId = ''] = (await symmetricDecrypt({ key, data: sealed })).split(' ');
  return { secret, sessionId };
}

/** The step of time that the code belongs to; undefined if to none near. */
async function stepOf(code: string, { secret, now }: { secret: string; now: number }): Promise<number | undefined> {
  if (!/^\d{6}$/.test(code)) return undefined;
  const current = Math.floor(now / STEP_MS);
  for (const off of STEPS_OFF) if ((await createOTP(secret).hotp(current + off)) === code) return current + off;
  return undefined;
}

/**
 * Removes the app and the passkeys of a person who has lost them, and ends its sessions: whoever found them may have one. The person is notified.
 */
export async function forgetSecondFactor(
  { operational, clock }: Pick<Store, 'operational' | 'clock'>,
  personId: string,
): Promise<void> {
  const now = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    await transaction.deleteFrom('second_factors').where('person_id', '=', personId).execute();
    await transaction.deleteFrom('passkeys').where('person_id', '=', personId).execute();
    await transaction.deleteFrom('sessions').where('person_id', '=', personId).execute();
    await queueNotice(transaction, {
      kind: 'factors-removed',
      cause: `${personId} ${now}`,
      to: personId,
      now,
      facts: {},
    });
  });
}
