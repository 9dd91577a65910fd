import { missingGoogleSql, shareProcess } from './googlesql/server.ts';

/** Runs once before all test files; what it returns runs after them. */
export default async function setup(): Promise<(() => void) | undefined> {
  return missingGoogleSql === undefined ? shareProcess() : undefined;
}
