import { BOOKS } from './books.ts';
import type { Command } from './command.ts';
import { ingest } from './ingest.ts';
import { keys } from './keys.ts';
import { MONEY } from './money.ts';
import { rudderMap } from './rudder-map.ts';
import { statements } from './statements.ts';
import { WAREHOUSE } from './warehouse.ts';

/** Every command by its name, in the order in which help shows them. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>(
  Object.entries({ keys, ingest, ...BOOKS, statements, ...MONEY, ...WAREHOUSE, 'rudder-map': rudderMap }),
);
