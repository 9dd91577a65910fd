import type { TableShape } from '../../warehouse/vocabulary/tables.ts';
import { STRIPE_TABLES } from '../stripe/tables.ts';
import { LANDING_TABLES } from './landing-tables.ts';
import { RAW_TABLES } from './raw-tables.ts';

/** Every table that is loaded from outside; everything else in a warehouse is derived from these. */
export const SOURCE_TABLES: readonly TableShape[] = [...LANDING_TABLES, ...RAW_TABLES, ...STRIPE_TABLES];
