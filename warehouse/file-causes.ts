import { messageOf } from './errors.ts';

/** Why a file or folder could not be made, opened or written, and what to do; `otherwise` is the remedy beside mending it. */
export function causeOf(error: unknown, otherwise: string): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `this user may not write there; change the permissions, start as its owner, or ${otherwise}.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full; free space on it and try again.';
    case 'EEXIST':
    case 'ENOTDIR':
      return `a file of that name is in the way; remove it, or ${otherwise}.`;
    default:
      return `${messageOf(error)}; mend that, or ${otherwise}.`;
  }
}
