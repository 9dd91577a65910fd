/**
 * After how many ms a test, or what it waits for, counts as hung and is ended. Nothing that works comes near it, on however slow a
 * machine: no test says how fast something is.
 */
export const HUNG_AFTER_MS = 30 * 60_000;
