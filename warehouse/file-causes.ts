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

/** Why a file could not be read, and what to do; `remedy` is what to give instead. */
export function unreadableBecause(error: unknown, remedy = 'correct the path'): string {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no such file; ${remedy}.`;
    case 'EISDIR':
      return `it is a folder; ${remedy}.`;
    case 'EACCES':
    case 'EPERM':
      return `this user may not read it; change its permissions, or ${remedy}.`;
    default:
      return `${messageOf(error)}; mend that, or ${remedy}.`;
  }
}
