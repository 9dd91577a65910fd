import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Period, parsePeriod } from '../../../warehouse/period.ts';

/** What must be the same after a restart. The keys stand here in the clear: they open invented data only. */
export interface DevState {
  /** The month that was seeded. */
  readonly period: Period;
  /** Whether the seeding has come to its end. */
  readonly isSeeded: boolean;
  readonly keys: Readonly<Record<string, string>>;
  /** Whose statements the key of the creator opens. */
  readonly creatorId?: string;
}

const pathIn = (folder: string): string => join(folder, 'dev.json');

export function readState(folder: string): DevState | undefined {
  if (!existsSync(pathIn(folder))) return undefined;
  const state = JSON.parse(readFileSync(pathIn(folder), 'utf8')) as DevState;
  return { ...state, period: parsePeriod(state.period) };
}

/** Written whole or not at all: the process may be killed at any time by a change of a file. */
export function writeState(folder: string, state: DevState): DevState {
  const draft = `${pathIn(folder)}.new`;
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, pathIn(folder));
  return state;
}
