import { insertable } from '../warehouse/operational/insertable.ts';
import type { Operational } from '../warehouse/operational/operational.ts';

/** Who works on which of these exceptions, by its id. */
export async function exceptionOwners(
  operational: Operational,
  exceptionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const owners = new Map<string, string>();
  for (const some of insertable(exceptionIds)) {
    const rows = await operational
      .selectFrom('exception_owners')
      .select(['exception_id', 'owner'])
      .where('exception_id', 'in', some)
      .orderBy('entry')
      .execute();
    for (const { exception_id, owner } of rows) owners.set(exception_id, owner);
  }
  return owners;
}
