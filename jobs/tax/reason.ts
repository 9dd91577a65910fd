import { Rejected } from '../../warehouse/errors.ts';

/** Why a person does something, trimmed. Throws `Rejected` if it is empty. */
export function requireReason(because: string): string {
  const reason = because.trim();
  if (reason === '') throw new Rejected('The reason is empty; say in one sentence why.');
  return reason;
}
