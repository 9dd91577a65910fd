import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For the workers of the tests and the processes that they start: PGlite is compiled once and simply. None of them runs for
 * long enough to win back what optimising it takes, which is half of the time of a start.
 */
export const NODE_FLAGS: readonly string[] = ['--liftoff-only'];

/** The environment of the workers, and of processes that tests start: each leaves its compiled modules for the next. */
export const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') } as const;
