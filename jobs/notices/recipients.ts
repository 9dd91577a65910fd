import { insertable } from '../../warehouse/operational/insertable.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PersonRolesTable } from '../../warehouse/operational/people-tables.ts';

/** The ids of the people who act for a creator. */
export interface Members {
  readonly current: string[];
  /** Those, and whoever did until lately. */
  readonly former: string[];
}

/** The ids of the people with one of these roles, each once; of roles outside the company, for this creator or developer. */
export async function peopleWith(
  store: Operational,
  roles: readonly PersonRolesTable['role'][],
  subjectId = '',
): Promise<readonly string[]> {
  const rows = await store
    .selectFrom('person_roles')
    .select('person_id')
    .distinct()
    .where('role', 'in', roles)
    .where('subject_id', '=', subjectId)
    .where('revoked_at', 'is', null)
    .execute();
  return rows.map(({ person_id }) => person_id);
}

/** Of these creators; former members are those whose role ended after this instant. */
export async function membersByCreator(
  store: Operational,
  { creatorIds, endedAfter }: { readonly creatorIds: readonly string[]; readonly endedAfter: string },
): Promise<ReadonlyMap<string, Members>> {
  const members = new Map<string, Members>();
  for (const some of insertable([...new Set(creatorIds)])) {
    const rows = await store
      .selectFrom('person_roles')
      .select(['subject_id', 'person_id', 'revoked_at'])
      .where('role', '=', 'creator')
      .where('subject_id', 'in', some)
      .where(({ or, eb }) => or([eb('revoked_at', 'is', null), eb('revoked_at', '>', endedAfter)]))
      .execute();
    for (const { subject_id, person_id, revoked_at } of rows) {
      const of = members.get(subject_id) ?? { current: [], former: [] };
      members.set(subject_id, of);
      of.former.push(person_id);
      if (revoked_at === null) of.current.push(person_id);
    }
  }
  return members;
}
