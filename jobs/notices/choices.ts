import { Rejected } from '../../warehouse/errors.ts';
import type { Operational } from '../../warehouse/operational/operational.ts';
import type { PersonRolesTable } from '../../warehouse/operational/people-tables.ts';
import { NOTICE_KINDS, NOTICES, type NoticeKind } from './kinds.ts';

/** A kind of notice that somebody may get, and whether it is mailed. */
export interface ChosenNotice {
  readonly kind: NoticeKind;
  readonly is_on: boolean;
  readonly is_security: boolean;
}

/** The kinds for people with these roles, and what this person has chosen. */
export async function noticesOf(
  store: Operational,
  { personId, roles }: { readonly personId: string; readonly roles: readonly PersonRolesTable['role'][] },
): Promise<ChosenNotice[]> {
  const rows = await store
    .selectFrom('notice_choices')
    .select('kind')
    .where('person_id', '=', personId)
    .where('is_on', '=', false)
    .execute();
  const isOff = new Set<string>(rows.map(({ kind }) => kind));
  return NOTICE_KINDS.filter((kind) => NOTICES[kind].roles.some((role) => roles.includes(role))).map((kind) => {
    const { isSecurity } = NOTICES[kind];
    return { kind, is_on: isSecurity || !isOff.has(kind), is_security: isSecurity };
  });
}

/** Switches a kind on or off for a person. Throws `Rejected` for one that nobody can switch off. */
export async function switchNotice(
  store: Operational,
  { personId, kind, isOn }: { readonly personId: string; readonly kind: NoticeKind; readonly isOn: boolean },
): Promise<void> {
  if (NOTICES[kind].isSecurity) {
    throw new Rejected(`The notice ${kind} is about access or where money goes: it cannot be switched off.`);
  }
  await store
    .insertInto('notice_choices')
    .values({ person_id: personId, kind, is_on: isOn })
    .onConflict((conflict) => conflict.columns(['person_id', 'kind']).doUpdateSet({ is_on: isOn }))
    .execute();
}
