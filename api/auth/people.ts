import type { Selectable } from 'kysely';
import { creatorExists } from '../../jobs/creators.ts';
import type { Services } from '../../jobs/job.ts';
import { queueNotice } from '../../jobs/notices/queue-notice.ts';
import { peopleWith } from '../../jobs/notices/recipients.ts';
import { instant } from '../../warehouse/clock.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { randomId } from '../../warehouse/ids.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PeopleTable, PersonRolesTable } from '../../warehouse/operational/people-tables.ts';
import { endAppTokens } from './app-tokens.ts';
import { OUTSIDE_ROLES, ROLES, type Role } from './roles.ts';

/** A role of a person, and for whom. */
export type HeldRole = Pick<PersonRolesTable, 'role' | 'subject_id'>;

export interface Person extends Pick<Selectable<PeopleTable>, 'id' | 'name' | 'email' | 'locale'> {
  /** Those that are not revoked. */
  readonly roles: HeldRole[];
}

export interface Invitation {
  readonly email: string;
  /** Of a new person; ignored for one who is known. */
  readonly name?: string | undefined;
  readonly role: Role;
  /** The creator or developer for whom the person will act. */
  readonly subjectId?: string | undefined;
  readonly by: string;
}

type Store = Pick<Services, 'operational' | 'warehouse' | 'clock'>;

/** One address, as browsers check it: html.spec.whatwg.org/#valid-e-mail-address. */
const EMAIL =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * Gives a person a role, and makes the person if the address is new. Throws `Rejected` for a malformed invitation, `NotFound` for an unknown
 * creator, and `Conflict` for a role that the person has, or that does not go with those that it has.
 */
export async function invite(services: Store, { email, name, role, subjectId = '', by }: Invitation): Promise<Person> {
  const address = requireEmail(email);
  assertFits(role, subjectId);
  if (role === 'creator' && !(await creatorExists(services.warehouse, subjectId))) {
    throw new NotFound(`${address} cannot be invited for ${subjectId}: there is no loaded event of that creator.`);
  }
  const { operational, clock } = services;
  const now = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('people')
      .values({
        ...{ id: randomId('person'), name: requireName(name, address), email: address },
        ...{ email_verified: false, image: null, created_at: now, updated_at: now },
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst();
    // Locked, so that two invitations at once cannot give roles that do not go together.
    const { id } = await transaction
      .selectFrom('people')
      .select('id')
      .where('email', '=', address)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const held = await transaction
      .selectFrom('person_roles')
      .select(['role', 'subject_id'])
      .where('person_id', '=', id)
      .where('revoked_at', 'is', null)
      .execute();
    assertGoesWith(held, { role, subject_id: subjectId, address });
    const { entry } = await transaction
      .insertInto('person_roles')
      .values({
        ...{ person_id: id, role, subject_id: subjectId, granted_by: by, granted_at: now },
        invited_as: role === 'creator' ? requireName(name, address) : null,
        ...{ revoked_by: null, revoked_at: null },
      })
      .returning('entry')
      .executeTakeFirstOrThrow();
    const change = { entry, personId: id, role, subjectId, by, now };
    // Somebody new is invited instead.
    await tellOfRole(transaction, { ...change, kind: 'role-given', isOnlyForOthers: added !== undefined });
  });
  return requirePerson(services, address);
}

function requireEmail(email: string): string {
  const address = email.trim().toLowerCase();
  if (address.length <= 254 && EMAIL.test(address)) return address;
  throw new Rejected(`${JSON.stringify(email)} is not an e-mail address; write it as name@example.com.`);
}

function requireName(name: string | undefined, address: string): string {
  const given = (name ?? address.split('@')[0] ?? '').trim();
  if (/^[^\p{Cc}()]{1,100}$/u.test(given)) return given;
  throw new Rejected('The name of a person must have 1 to 100 characters, without control characters and parentheses.');
}

function assertFits(role: Role, subjectId: string): void {
  if (!ROLES.includes(role))
    throw new Rejected(`There is no role ${JSON.stringify(role)}; it is one of ${ROLES.join(', ')}.`);
  const isOutside = OUTSIDE_ROLES.includes(role);
  if (isOutside && subjectId === '') throw new Rejected(`The role ${role} needs the id of a ${role}.`);
  if (!isOutside && subjectId !== '')
    throw new Rejected(`The role ${role} is for no creator or developer; leave the id out.`);
}

function assertGoesWith(
  held: readonly HeldRole[],
  { role, subject_id, address }: HeldRole & { address: string },
): void {
  if (held.some((each) => each.role === role && each.subject_id === subject_id)) {
    throw new Conflict(`${address} has the role ${role} already.`);
  }
  const isOutside = OUTSIDE_ROLES.includes(role);
  const other = held.find((each) => OUTSIDE_ROLES.includes(each.role) !== isOutside);
  if (other) {
    throw new Conflict(
      `${address} has the role ${other.role}: who sees only what is their own cannot have a role of the company too; use another address.`,
    );
  }
}

/** Everybody who has, or once had, a role; by address. */
export async function listPeople({ operational }: Pick<Store, 'operational'>): Promise<Person[]> {
  const people = await operational
    .selectFrom('people')
    .select(['id', 'name', 'email', 'locale'])
    .orderBy('email')
    .execute();
  const roles = await operational
    .selectFrom('person_roles')
    .select(['person_id', 'role', 'subject_id'])
    .where('revoked_at', 'is', null)
    .orderBy('entry')
    .execute();
  const byPerson = Map.groupBy(roles, ({ person_id }) => person_id);
  return people.map((person) => ({
    ...person,
    roles: (byPerson.get(person.id) ?? []).map(({ role, subject_id }) => ({ role, subject_id })),
  }));
}

/** Whether the person has a role of the company. */
export const isStaff = ({ roles }: Pick<Person, 'roles'>): boolean =>
  roles.some(({ role }) => !OUTSIDE_ROLES.includes(role));

/** By id or address. Throws `NotFound`. */
export async function requirePerson(services: Pick<Store, 'operational'>, idOrEmail: string): Promise<Person> {
  const person = await findPerson(services, idOrEmail);
  if (person) return person;
  throw new NotFound(`There is no person ${JSON.stringify(idOrEmail)}; "tantieme people list" shows all.`);
}

export async function findPerson(
  { operational }: Pick<Store, 'operational'>,
  idOrEmail: string,
): Promise<Person | undefined> {
  // One query, because each request asks.
  const rows = await operational
    .selectFrom('people')
    .leftJoin('person_roles', (join) =>
      join.onRef('person_roles.person_id', '=', 'people.id').on('person_roles.revoked_at', 'is', null),
    )
    .select(['people.id', 'people.name', 'people.email', 'people.locale', 'role', 'subject_id'])
    .where((either) => either.or([either('id', '=', idOrEmail), either('email', '=', idOrEmail.trim().toLowerCase())]))
    .orderBy('entry')
    .execute();
  const [person] = rows;
  if (!person) return undefined;
  const { id, name, email, locale } = person;
  const roles = rows.flatMap(({ role, subject_id }) => (role === null ? [] : [{ role, subject_id: subject_id ?? '' }]));
  return { id, name, email, locale, roles };
}

interface RoleChange {
  readonly kind: 'role-given' | 'role-ended';
  readonly entry: bigint;
  readonly personId: string;
  readonly role: Role;
  readonly subjectId: string;
  readonly by: string;
  readonly now: string;
  readonly isOnlyForOthers?: boolean;
}

/** Notifies the person, and whoever else acts for the same creator. */
async function tellOfRole(transaction: Operational, change: RoleChange): Promise<void> {
  const { kind, entry, personId, role, subjectId, by, now, isOnlyForOthers } = change;
  const about = { cause: `${kind} ${entry}`, now };
  if (!isOnlyForOthers) {
    await queueNotice(transaction, { ...about, kind, to: personId, facts: { role, subject: subjectId, by } });
  }
  if (role !== 'creator') return;
  const members = await peopleWith(transaction, ['creator'], subjectId);
  // The name by which the members know it.
  const { name } = await transaction
    .selectFrom('person_roles')
    .innerJoin('people', 'people.id', 'person_id')
    .select(({ fn }) => [fn.coalesce('invited_as', 'people.name').as('name')])
    .where('entry', '=', entry)
    .executeTakeFirstOrThrow();
  const facts = { creator: subjectId, name, isEnded: kind === 'role-ended', by };
  const to = members.filter((id) => id !== personId);
  await queueNotice(transaction, { ...about, kind: 'member-changed', to, facts });
}

/** Records the language of a person: the one that it has chosen, or with `isFirst` that of its browser if none is known. */
export async function nameLanguage(
  { operational }: Pick<Store, 'operational'>,
  {
    personId,
    locale,
    isFirst = false,
  }: { readonly personId: string; readonly locale: string; readonly isFirst?: boolean },
): Promise<void> {
  let named = operational.updateTable('people').set({ locale }).where('id', '=', personId);
  if (isFirst) named = named.where('locale', 'is', null);
  await named.execute();
}

/** What is revoked, and by whom. */
interface Revocation {
  readonly idOrEmail: string;
  readonly role?: Role | undefined;
  /** Of the role; for all without it. */
  readonly subjectId?: string | undefined;
  readonly by: string;
  /** Called first, in the same transaction: what it throws leaves everything as it was. */
  readonly assertMay?: (transaction: Operational) => Promise<void>;
}

/**
 * Ends a role of a person, or all without one, with immediate effect, and all its sessions and apps. Who has no role any more is no longer bound
 * to an identity of single sign-on. Throws `NotFound`, and `Conflict` if the person does not have it.
 */
export async function revokeRoles(
  services: Store,
  { idOrEmail, role, subjectId, by, assertMay }: Revocation,
): Promise<Person> {
  const { operational, clock } = services;
  const person = await requirePerson(services, idOrEmail);
  const now = instant(clock.now());
  await operational.transaction().execute(async (transaction) => {
    await assertMay?.(transaction);
    let ended = transaction
      .updateTable('person_roles')
      .set({ revoked_by: by, revoked_at: now })
      .where('person_id', '=', person.id)
      .where('revoked_at', 'is', null);
    if (role !== undefined) ended = ended.where('role', '=', role);
    if (subjectId !== undefined) ended = ended.where('subject_id', '=', subjectId);
    const rows = await ended.returning(['entry', 'role', 'subject_id as subjectId']).execute();
    if (rows.length === 0)
      throw new Conflict(`${person.email} does not have ${role === undefined ? 'any role' : `the role ${role}`}.`);
    await transaction.deleteFrom('sessions').where('person_id', '=', person.id).execute();
    await endAppTokens(transaction, { person_id: person.id });
    for (const each of rows)
      await tellOfRole(transaction, { ...each, kind: 'role-ended', personId: person.id, by, now });
    if (rows.length === person.roles.length) {
      await transaction.deleteFrom('linked_accounts').where('person_id', '=', person.id).execute();
    }
  });
  return requirePerson(services, person.id);
}
