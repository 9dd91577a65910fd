import type { Services } from '../../jobs/job.ts';
import { NotFound } from '../../warehouse/errors.ts';
import type { Caller } from './caller.ts';
import { findPerson, listPeople } from './people.ts';
import type { Role } from './roles.ts';

/** Who works on exceptions and breaks. */
const ROLES: readonly Role[] = ['finance', 'approver', 'operator'];

/** Somebody to whom an exception or a break can be given. */
export interface Assignee {
  readonly id: string;
  readonly name: string;
}

/** All of them, by name. */
export async function assignees(services: Pick<Services, 'operational'>): Promise<Assignee[]> {
  const people = await listPeople(services);
  return people
    .filter(({ roles }) => roles.some(({ role }) => ROLES.includes(role)))
    .map(({ id, name }) => ({ id, name }))
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1));
}

/**
 * The name under which somebody owns something, by id or address. The command line may also name somebody who does not log in. Throws `NotFound`.
 */
export async function assigneeOf(
  services: Pick<Services, 'operational'>,
  { caller, given }: { readonly caller: Caller; readonly given: string },
): Promise<string> {
  const wanted = given.trim();
  const person = await findPerson(services, wanted);
  if (person?.roles.some(({ role }) => ROLES.includes(role))) return `${person.name} (${person.id})`;
  if (caller.kind === 'command line' && wanted !== '') return wanted;
  throw new NotFound(
    `Nothing can be assigned to ${JSON.stringify(wanted)}: nobody with the role ${ROLES.join(' or ')} has this id or address.`,
  );
}
